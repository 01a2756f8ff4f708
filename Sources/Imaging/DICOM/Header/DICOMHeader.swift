/// What the reader keeps of a header: the allow-list, checked.
public struct DICOMHeader: Sendable, Equatable {
  /// A display window (PS3.3 C.11.2); `width` is positive.
  public struct Window: Sendable, Equatable {
    public let center: Double
    public let width: Double
  }

  /// The two photometric interpretations that have Hounsfield units.
  public enum Photometric: String, Sendable {
    /// Inverts the display, never the values.
    case monochrome1 = "MONOCHROME1"
    case monochrome2 = "MONOCHROME2"
  }

  public let identifiers: DICOMIdentifiers
  /// The syntax that the file was read with, sniffed where none was declared.
  public let transferSyntaxUID: String
  /// (0008,0016); RSNA's files have none.
  public let sopClassUID: String?
  /// (0008,0060).
  public let modality: String?
  /// (0008,0008), value by value.
  public let imageType: [String]
  /// Whether (0008,0064) Conversion Type is there: the mark of the Secondary Capture module.
  public let hasConversionType: Bool
  /// (0020,0032) in mm: x, y, z of the first pixel's center.
  public let imagePositionPatient: [Double]?
  /// (0020,0037): direction cosines of the rows, then of the columns.
  public let imageOrientationPatient: [Double]?
  /// (0028,0030) in mm: between rows, then between columns.
  public let pixelSpacing: [Double]?
  public let rows: Int
  public let columns: Int
  /// (0028,0008); 1 where absent.
  public let numberOfFrames: Int
  public let photometric: Photometric
  public let format: PixelFormat
  public let rescale: Rescale
  /// (0028,1050) and (0028,1051), pair by pair; empty where absent or unusable.
  public let windows: [Window]
  /// (0028,0120), as a stored value.
  public let pixelPaddingValue: Int?
  /// The declared length of Pixel Data in bytes; `nil` where it is encapsulated.
  public let pixelDataLength: Int?

  public var sopInstanceUID: String? { identifiers.sopInstanceUID }
  public var patientID: String? { identifiers.patientID }
  public var studyInstanceUID: String? { identifiers.studyInstanceUID }
  public var seriesInstanceUID: String? { identifiers.seriesInstanceUID }
}
