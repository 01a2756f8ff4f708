/// Cells to stored values: `(cell >> (highBit + 1 - bitsStored)) & mask`, sign-extended.
///
/// Nothing is assumed of a cell's unused bits (PS3.5 8.1.1): old overlays live there.
enum StoredSamples {
  /// Order of bytes in native Pixel Data.
  enum ByteOrder {
    case little
    case big
    /// Cells of up to 8 bits in big-endian 16-bit words (OW): each pair of bytes is swapped.
    case swappedPairs
  }

  /// Writes `samples.count` values; `cells` must hold as many cells (checked by the callers).
  static func extract(
    _ cells: UnsafeRawBufferPointer, _ order: ByteOrder, _ format: PixelFormat,
    into samples: UnsafeMutableBufferPointer<Int32>
  ) {
    var needed = format.bytes(forSamples: samples.count)
    if order == .swappedPairs { needed += needed % 2 }
    precondition(cells.count >= needed, "the caller checks that all cells are there")
    switch (format.bitsAllocated, order) {
    case (1, _): extractBits(cells, order, format, into: samples)
    case (8, .swappedPairs):
      for index in samples.indices {
        samples[index] = value(UInt32(cells[index ^ 1]), format)
      }
    case (8, _): extract(cells, as: UInt8.self, order, format, into: samples)
    case (16, _): extract(cells, as: UInt16.self, order, format, into: samples)
    default: extract(cells, as: UInt32.self, order, format, into: samples)
    }
  }

  /// One loop per sign and byte order, so that each is free of branches and becomes vector code.
  @inline(__always)
  private static func extract<Cell: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ cells: UnsafeRawBufferPointer, as: Cell.Type, _ order: ByteOrder, _ format: PixelFormat,
    into samples: UnsafeMutableBufferPointer<Int32>
  ) {
    let left = UInt32(31 - format.highBit)
    let right = UInt32(32 - format.bitsStored)
    let width = MemoryLayout<Cell>.size
    func cell(_ index: Int) -> UInt32 {
      UInt32(
        truncatingIfNeeded: Cell(
          littleEndian: cells.loadUnaligned(fromByteOffset: index &* width, as: Cell.self)))
    }
    func swappedCell(_ index: Int) -> UInt32 {
      UInt32(
        truncatingIfNeeded: Cell(
          bigEndian: cells.loadUnaligned(fromByteOffset: index &* width, as: Cell.self)))
    }
    switch (order == .big, format.isSigned) {
    case (false, false):
      for index in 0..<samples.count {
        samples[index] = Int32(bitPattern: (cell(index) &<< left) &>> right)
      }
    case (false, true):
      for index in 0..<samples.count {
        samples[index] = Int32(bitPattern: cell(index) &<< left) &>> Int32(right)
      }
    case (true, false):
      for index in 0..<samples.count {
        samples[index] = Int32(bitPattern: (swappedCell(index) &<< left) &>> right)
      }
    case (true, true):
      for index in 0..<samples.count {
        samples[index] = Int32(bitPattern: swappedCell(index) &<< left) &>> Int32(right)
      }
    }
  }

  /// Single bits are packed from the least significant bit on (PS3.5 8.1.1, annex D).
  private static func extractBits(
    _ cells: UnsafeRawBufferPointer, _ order: ByteOrder, _ format: PixelFormat,
    into samples: UnsafeMutableBufferPointer<Int32>
  ) {
    let swap = order == .swappedPairs ? 1 : 0
    for index in samples.indices {
      let byte = cells[(index >> 3) ^ swap]
      samples[index] = value(UInt32(byte >> UInt8(index & 7)) & 1, format)
    }
  }

  @inline(__always)
  private static func value(_ cell: UInt32, _ format: PixelFormat) -> Int32 {
    let aligned = cell &<< UInt32(31 - format.highBit)
    let right = UInt32(32 - format.bitsStored)
    return format.isSigned
      ? Int32(bitPattern: aligned) &>> Int32(right) : Int32(bitPattern: aligned &>> right)
  }
}
