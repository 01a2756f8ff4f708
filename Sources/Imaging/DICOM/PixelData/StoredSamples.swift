/// The integers that stored values are kept in: `Int32` holds all, `Int16` those of most CT.
protocol StoredValue: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable
where Magnitude: BitwiseCopyable {}

extension Int16: StoredValue {}
extension Int32: StoredValue {}

/// Turns cells into stored values: `(cell >> (highBit + 1 - bitsStored)) & mask`, sign-extended.
///
/// Nothing is assumed about a cell's unused bits (PS3.5 8.1.1): old overlays live there.
enum StoredSamples {
  /// Order of bytes in native Pixel Data.
  enum ByteOrder {
    case little
    case big
    /// Cells of up to 8 bits in big-endian 16-bit words (OW): each pair of bytes is swapped.
    case swappedPairs
  }

  /// Writes `samples.count` values; `cells` must hold as many cells (checked by the callers).
  static func extract<Value: StoredValue>(
    _ cells: UnsafeRawBufferPointer, _ order: ByteOrder, _ format: PixelFormat,
    into samples: UnsafeMutableBufferPointer<Value>
  ) {
    var needed = format.bytes(forSamples: samples.count)
    if order == .swappedPairs { needed += needed % 2 }
    precondition(cells.count >= needed, "the caller checks that all cells are there")
    precondition(
      Value.bitWidth == 32 || format.fitsInt16, "the caller checks that all values are held")
    switch (format.bitsAllocated, order) {
    case (1, _): extractBits(cells, order, format, into: samples)
    case (8, .swappedPairs):
      let layout = CellLayout<Value>(format)
      for index in samples.indices { samples[index] = layout.value(UInt32(cells[index ^ 1])) }
    case (8, _): extract(cells, as: UInt8.self, order, format, into: samples)
    case (16, _): extract(cells, as: UInt16.self, order, format, into: samples)
    default: extract(cells, as: UInt32.self, order, format, into: samples)
    }
  }

  /// One loop per sign and byte order, so that each is free of branches and becomes vector code.
  @inline(__always)
  private static func extract<
    Cell: FixedWidthInteger & UnsignedInteger & BitwiseCopyable, Value: StoredValue
  >(
    _ cells: UnsafeRawBufferPointer, as: Cell.Type, _ order: ByteOrder, _ format: PixelFormat,
    into samples: UnsafeMutableBufferPointer<Value>
  ) {
    // Plain pointers: a buffer's subscript looks for its base address at every step.
    guard let source = cells.baseAddress, let target = samples.baseAddress else { return }
    let layout = CellLayout<Value>(format)
    let width = MemoryLayout<Cell>.size
    @inline(__always) func cell(_ index: Int) -> Cell {
      source.loadUnaligned(fromByteOffset: index &* width, as: Cell.self)
    }
    switch (order == .big, layout.shift) {
    case (false, 0):
      // Without the shift, which 16-bit vectors don't have.
      for index in 0..<samples.count {
        target[index] = layout.unshifted(UInt32(truncatingIfNeeded: cell(index).littleEndian))
      }
    case (false, _):
      for index in 0..<samples.count {
        target[index] = layout.value(UInt32(truncatingIfNeeded: cell(index).littleEndian))
      }
    case (true, _):
      for index in 0..<samples.count {
        target[index] = layout.value(UInt32(truncatingIfNeeded: cell(index).bigEndian))
      }
    }
  }

  /// Single bits are packed from the least significant bit on (PS3.5 8.1.1, annex D).
  private static func extractBits<Value: StoredValue>(
    _ cells: UnsafeRawBufferPointer, _ order: ByteOrder, _ format: PixelFormat,
    into samples: UnsafeMutableBufferPointer<Value>
  ) {
    let swap = order == .swappedPairs ? 1 : 0
    let layout = CellLayout<Value>(format)
    for index in samples.indices {
      let byte = cells[(index >> 3) ^ swap]
      samples[index] = layout.value(UInt32(byte >> UInt8(index & 7)) & 1)
    }
  }
}

/// Where the stored value lies in a cell.
private struct CellLayout<Value: StoredValue> {
  let shift: UInt32
  private let mask: Value
  /// The value's sign bit, 0 where it has none.
  private let sign: Value

  init(_ format: PixelFormat) {
    shift = UInt32(format.highBit + 1 - format.bitsStored)
    mask = Value(truncatingIfNeeded: UInt64(1) << UInt64(format.bitsStored) - 1)
    sign =
      format.isSigned ? Value(truncatingIfNeeded: UInt64(1) << UInt64(format.bitsStored - 1)) : 0
  }

  @inline(__always)
  func value(_ cell: UInt32) -> Value { unshifted(cell &>> shift) }

  /// The value of a cell whose lowest bit is the value's. Flipping the sign bit and taking it off
  /// again extends it.
  @inline(__always)
  func unshifted(_ cell: UInt32) -> Value {
    ((Value(truncatingIfNeeded: cell) & mask) ^ sign) &- sign
  }
}
