/// One decoded image.
public struct DICOMImage: Sendable {
  public let header: DICOMHeader
  /// Stored values, row-major, frame after frame: `numberOfFrames * rows * columns`.
  public let raw: [Int32]
  /// What was odd about the file, in the order found.
  public let quirks: [DICOMQuirk]

  /// Puts together what `DICOMReader.read(_:into:)` gave.
  public init(header: DICOMHeader, raw: [Int32], quirks: [DICOMQuirk]) {
    self.header = header
    self.raw = raw
    self.quirks = quirks
  }

  /// Hounsfield units of all stored values: `Float(Double(raw) * slope + intercept)`.
  ///
  /// For a modality without rescale, stored values. No repair is applied: see `quirks`.
  public func hounsfield() -> [Float] {
    [Float](unsafeUninitializedCapacity: raw.count) { buffer, count in
      writeHounsfield(into: buffer)
      count = raw.count
    }
  }

  /// The same into memory of the caller; `buffer` must have room for `raw.count` values.
  public func writeHounsfield(into buffer: UnsafeMutableBufferPointer<Float>) {
    raw.withUnsafeBufferPointer { header.rescale.write($0, into: buffer) }
  }
}
