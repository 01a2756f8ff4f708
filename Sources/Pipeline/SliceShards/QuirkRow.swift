/// What is not as it should be with a source file; the closed vocabulary of `quirks.csv`.
public enum QuirkCode: String, CaseIterable, Sendable {
  /// Pixel Data is shorter than the image; nothing is made up for the rest.
  case pixelDataShort = "pixel-data-short"
  /// 12-bit values below zero were wrapped around.
  case wrapped12Bit = "wrapped-12-bit"
  /// The file repeats another one, byte for byte.
  case duplicateInstance = "duplicate-sop-instance"
  /// (0008,0060) Modality is another than CT.
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
  /// No Series or Study Instance UID: what there is stands in for it.
  case seriesMissing = "series-missing"
  /// No usable position or orientation: the slice's place in its series is not known.
  case geometryMissing = "geometry-missing"
  /// Rows and columns differ: the slice was padded to a square.
  case notSquare = "not-square"
  /// Read in spite of a fault in its encoding; the detail names the fault.
  case encodingOdd = "encoding-odd"
}

/// One oddity of one source file and what was done: a row of `quirks.csv`.
public struct QuirkRow: Equatable, Sendable {
  public enum Action: String, CaseIterable, Sendable {
    /// The file is in no shard.
    case excluded
    /// Converted after a repair of the recipe.
    case repaired
    /// Converted as it is.
    case kept
  }

  /// Relative to the collection's folder.
  public let file: String
  /// SOP Instance UID, empty where the header gave none.
  public let id: String
  public let code: QuirkCode
  /// For people; may be empty.
  public let detail: String
  public let action: Action

  public init(file: String, id: String, code: QuirkCode, detail: String, action: Action) {
    self.file = file
    self.id = id
    self.code = code
    self.detail = detail
    self.action = action
  }

  /// The order of `quirks.csv`: file, then code.
  public static func precedes(_ lhs: QuirkRow, _ rhs: QuirkRow) -> Bool {
    (lhs.file, lhs.code.rawValue) < (rhs.file, rhs.code.rawValue)
  }

  static let header = ["file", "id", "code", "detail", "action"]
}
