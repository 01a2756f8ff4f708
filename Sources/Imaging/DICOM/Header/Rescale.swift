/// Stored value to Hounsfield unit: `stored * slope + intercept` (PS3.3 C.11.1.1.2).
public struct Rescale: Sendable, Equatable {
  /// (0028,1053), finite and not zero.
  public let slope: Double
  /// (0028,1052), finite.
  public let intercept: Double

  static let identity = Rescale(slope: 1, intercept: 0)

  init(slope: Double, intercept: Double) {
    self.slope = slope
    self.intercept = intercept
  }

  /// The same with another intercept, for values whose offset was mended.
  public func withIntercept(_ intercept: Double) -> Rescale {
    Rescale(slope: slope, intercept: intercept)
  }

  /// Both attributes are type 1 for CT. Other modalities may have neither: values are as stored.
  ///
  /// - Throws: `DICOMError` where the rescale is missing or invalid, or values are mapped
  ///   otherwise.
  init(
    _ table: AttributeTable, modality: String?, bitsStored: Int, quirks: inout QuirkList
  ) throws(DICOMError) {
    guard table[.modalityLUTSequence] == nil else {
      throw DICOMError(.modalityLUT, .modalityLUTSequence, "is not supported")
    }
    guard !table.hasFunctionalGroupRescale else {
      throw DICOMError(
        .functionalGroupRescale,
        "\(DICOMTag.pixelValueTransformationSequence): a rescale per frame is not supported")
    }
    let slope = try table.decimal(.rescaleSlope)
    let intercept = try table.decimal(.rescaleIntercept)
    if slope == nil, intercept == nil, modality != "CT" {
      quirks.add(.rescaleAbsent)
      self = .identity
      return
    }
    guard let slope else { throw DICOMError(.rescaleMissing, .rescaleSlope, "is absent") }
    guard let intercept else { throw DICOMError(.rescaleMissing, .rescaleIntercept, "is absent") }
    guard slope != 0 else { throw DICOMError(.rescaleInvalid, .rescaleSlope, "is zero") }
    let largest = abs(slope) * Double(UInt64(1) << UInt64(bitsStored)) + abs(intercept)
    guard largest < Double(Float.greatestFiniteMagnitude) else {
      throw DICOMError(.rescaleInvalid, .rescaleSlope, "rescales beyond the range of 32-bit floats")
    }
    self.init(slope: slope, intercept: intercept)
  }

  /// Hounsfield units of stored values: `Float(Double(stored) * slope + intercept)`.
  ///
  /// In 64 bits, rounded once, and not fused: the order of rounding is part of the definition.
  /// `buffer` must have room for `stored.count` values.
  public func write(
    _ stored: UnsafeBufferPointer<Int32>, into buffer: UnsafeMutableBufferPointer<Float>
  ) {
    write(stored, areSmall: Self.areSmall, into: buffer)
  }

  /// The same for 16-bit stored values.
  public func write(
    _ stored: UnsafeBufferPointer<Int16>, into buffer: UnsafeMutableBufferPointer<Float>
  ) {
    write(stored, areSmall: { _ in true }, into: buffer)
  }

  @inline(__always)
  private func write<Stored: FixedWidthInteger & SignedInteger>(
    _ stored: UnsafeBufferPointer<Stored>, areSmall: (UnsafeBufferPointer<Stored>) -> Bool,
    into buffer: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(buffer.count >= stored.count, "the buffer must have room for every pixel")
    // A sum of integers below 2^24 is exact in 32 bits: the same value with half the work.
    if slope == 1, let whole = Int32(exactly: intercept), whole.magnitude < Self.small,
      areSmall(stored)
    {
      for index in 0..<stored.count {
        buffer[index] = Float(Int32(truncatingIfNeeded: stored[index]) &+ whole)
      }
      return
    }
    for index in 0..<stored.count {
      buffer[index] = Float(Double(stored[index]) * slope + intercept)
    }
  }

  private static let small: UInt32 = 1 << 22

  /// Whether all of them lie between -`small` and `small`.
  private static func areSmall(_ stored: UnsafeBufferPointer<Int32>) -> Bool {
    // All bits that are not the sign's copies, of all values together.
    var used: UInt32 = 0
    for value in stored { used |= UInt32(bitPattern: value ^ (value >> 31)) }
    return used < small
  }
}
