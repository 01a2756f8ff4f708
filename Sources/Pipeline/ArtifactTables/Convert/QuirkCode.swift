/// What is unusual or wrong about a source file; the closed vocabulary of `quirks.csv`.
package enum QuirkCode: String, CaseIterable, Sendable {
  /// Pixel Data is shorter than the image; nothing is made up for the rest.
  case pixelDataShort = "pixel-data-short"
  /// 12-bit values below zero were wrapped around.
  case wrapped12Bit = "wrapped-12-bit"
  /// The file repeats another one, byte for byte.
  case duplicateInstance = "duplicate-sop-instance"
  /// (0008,0060) Modality is not CT.
  case notCT = "not-ct"
  /// A scout view.
  case localizer
  /// A screenshot or a drawing, not a slice.
  case secondaryCapture = "secondary-capture"
  /// More than one frame in a file.
  case multiFrame = "multi-frame"
  /// The reader refused the file; the detail begins with the reader's code.
  case unreadable
  /// No SOP Instance UID, or one that can't be a file name.
  case identifierUnusable = "identifier-unusable"
  /// No Patient ID: the study stands in for the patient.
  case patientMissing = "patient-missing"
  /// No Series or Study Instance UID: another identifier stands in for it.
  case seriesMissing = "series-missing"
  /// No usable position or orientation: the slice's place in its series is not known.
  case geometryMissing = "geometry-missing"
  /// Rows and columns differ: the slice was padded to a square.
  case notSquare = "not-square"
  /// Read in spite of a fault in its encoding; the detail names the fault.
  case encodingOdd = "encoding-odd"
}
