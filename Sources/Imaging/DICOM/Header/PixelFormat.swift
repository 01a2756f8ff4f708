/// How a sample lies in its cell (PS3.5 8.1.1).
public struct PixelFormat: Sendable, Equatable {
  /// (0028,0100): 1, 8, 16 or 32.
  public let bitsAllocated: Int
  /// (0028,0101): 1 to `bitsAllocated`.
  public let bitsStored: Int
  /// (0028,0102): `bitsStored - 1` to `bitsAllocated - 1`.
  public let highBit: Int
  /// (0028,0103) is 1: two's complement.
  public let isSigned: Bool

  init(_ table: AttributeTable) throws(DICOMError) {
    bitsAllocated = try table.unsigned(.bitsAllocated)
    guard [1, 8, 16, 32].contains(bitsAllocated) else {
      throw DICOMError(.valueOutOfRange, .bitsAllocated, "is \(bitsAllocated), not 1, 8, 16 or 32")
    }
    bitsStored = try table.unsigned(.bitsStored)
    guard (1...bitsAllocated).contains(bitsStored) else {
      throw DICOMError(
        .valueOutOfRange, .bitsStored, "is \(bitsStored) of \(bitsAllocated) bits allocated")
    }
    highBit = try table.unsigned(.highBit)
    guard (bitsStored - 1...bitsAllocated - 1).contains(highBit) else {
      throw DICOMError(
        .valueOutOfRange, .highBit,
        "is \(highBit) with \(bitsStored) bits stored of \(bitsAllocated)")
    }
    let representation = try table.unsigned(.pixelRepresentation)
    guard representation <= 1 else {
      throw DICOMError(.valueOutOfRange, .pixelRepresentation, "is \(representation), not 0 or 1")
    }
    isSigned = representation == 1
  }

  /// Whether `Int16` holds every stored value.
  var fitsInt16: Bool { bitsAllocated <= 16 && (isSigned || bitsStored < 16) }

  /// Bytes of a cell; 1 for single bits, which are packed.
  var cellBytes: Int { max(bitsAllocated / 8, 1) }

  /// The bytes that `samples` cells take, single bits packed.
  func bytes(forSamples samples: Int) -> Int {
    bitsAllocated == 1 ? (samples + 7) / 8 : samples * cellBytes
  }
}
