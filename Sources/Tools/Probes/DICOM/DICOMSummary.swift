import DICOM

/// What `ichor-probe dicom` prints: numbers about the image, and no name or ID of a person.
package struct DICOMSummary: Encodable {
  struct Geometry: Encodable {
    let rows: Int
    let columns: Int
    let frames: Int
    /// mm, x y z of the first pixel's center.
    let position: [Double]?
    let orientation: [Double]?
    /// mm, between rows, then between columns.
    let pixelSpacing: [Double]?
  }

  struct Bits: Encodable {
    let allocated: Int
    let stored: Int
    let high: Int
    let signed: Bool
  }

  let geometry: Geometry
  let transferSyntax: String
  let modality: String?
  let photometric: String
  let bits: Bits
  let slope: Double
  let intercept: Double
  let huMin: Float
  let huMax: Float
  let quirks: [String]
  /// Why `convert` would not take the image; absent where it would.
  let ineligible: String?

  init(_ image: DICOMImage, hounsfield: [Float]) {
    let header = image.header
    geometry = Geometry(
      rows: header.rows, columns: header.columns, frames: header.numberOfFrames,
      position: header.imagePositionPatient, orientation: header.imageOrientationPatient,
      pixelSpacing: header.pixelSpacing)
    transferSyntax = header.transferSyntaxUID
    modality = header.modality
    photometric = header.photometric.rawValue
    bits = Bits(
      allocated: header.format.bitsAllocated, stored: header.format.bitsStored,
      high: header.format.highBit, signed: header.format.isSigned)
    slope = header.rescale.slope
    intercept = header.rescale.intercept
    huMin = hounsfield.min() ?? 0
    huMax = hounsfield.max() ?? 0
    quirks = image.quirks.map(\.rawValue)
    ineligible = CTEligibility.reasonAgainst(header)?.rawValue
  }
}
