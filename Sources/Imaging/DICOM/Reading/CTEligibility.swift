/// Whether a decoded image is a CT slice that the pipeline may use; decoding does not ask.
public enum CTEligibility {
  /// Why a readable image is not a CT slice; the raw value is what `quirks.csv` sees.
  public enum Reason: String, Sendable, CaseIterable {
    case modality = "modality-not-ct"
    case localizer = "localizer"
    case secondaryCapture = "secondary-capture"
    case sopClass = "sop-class-not-ct"
    case multiFrame = "multi-frame"

    /// One sentence for people.
    public var explanation: String {
      switch self {
      case .modality: "(0008,0060) Modality is not CT."
      case .localizer: "(0008,0008) Image Type says LOCALIZER."
      case .secondaryCapture:
        "(0008,0016) SOP Class UID, (0008,0064) Conversion Type or (0008,0008) Image Type says that"
          + " the image was captured from a screen or film."
      case .sopClass: "(0008,0016) SOP Class UID is there and is not CT Image Storage."
      case .multiFrame: "(0028,0008) Number of Frames is more than 1."
      }
    }
  }

  private static let ctImageStorage = "1.2.840.10008.5.1.4.1.1.2"
  private static let secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

  /// The first reason against the image, `nil` where it is eligible.
  ///
  /// A missing SOP Class UID or Image Type is no reason: RSNA's files have neither.
  public static func reasonAgainst(_ header: DICOMHeader) -> Reason? {
    if header.modality != "CT" { return .modality }
    if header.imageType.contains("LOCALIZER") { return .localizer }
    if header.hasConversionType || header.imageType.contains("SCREEN SAVE") {
      return .secondaryCapture
    }
    if let sopClass = header.sopClassUID, sopClass != ctImageStorage {
      let isCapture = sopClass == secondaryCapture || sopClass.hasPrefix(secondaryCapture + ".")
      return isCapture ? .secondaryCapture : .sopClass
    }
    return header.numberOfFrames == 1 ? nil : .multiFrame
  }
}
