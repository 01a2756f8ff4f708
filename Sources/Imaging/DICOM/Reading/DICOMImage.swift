/// One decoded image.
public struct DICOMImage: Sendable {
  public let header: DICOMHeader
  /// Stored values, row-major, frame after frame: `numberOfFrames * rows * columns`.
  public let raw: [Int32]
  /// What was odd about the file, in the order found.
  public let quirks: [DICOMQuirk]

  /// Hounsfield units of all stored values: `Float(Double(raw) * slope + intercept)`.
  ///
  /// For a modality without rescale, stored values. No repair is applied: see `quirks`.
  public func hounsfield() -> [Float] {
    [Float](unsafeUninitializedCapacity: raw.count) { buffer, count in
      writeHounsfield(into: buffer)
      count = raw.count
    }
  }

  /// The same, into the caller's memory; `buffer` must have room for `raw.count` values.
  public func writeHounsfield(into buffer: UnsafeMutableBufferPointer<Float>) {
    raw.withUnsafeBufferPointer { header.rescale.write($0, into: buffer) }
  }
}
