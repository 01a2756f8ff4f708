import ArtifactTables
import DICOM
import Diagnostics
import Foundation

extension IchorError {
  /// A file that the system, and not its content, keeps from being read.
  ///
  /// - Parameter location: what the file is called in everything that is written.
  init(source location: String, _ error: any Error) {
    guard error is DICOMError || SystemErrors.number(of: error) == ENOMEM else {
      self.init(reading: location, error)
      return
    }
    self.init(
      .inputOutput, code: "memory-refused", "There is not enough memory to decode \(location)",
      remedy: "Raise the limit of memory, or lower compute.threads.", cause: error)
  }
}

extension QuirkRow {
  /// A file that the reader refused for what it holds.
  init(refusal error: DICOMError, file: String) {
    let isShort = error.code == .pixelDataShort
    self.init(
      file: file, id: Self.id(error.identifiers.sopInstanceUID),
      code: isShort ? .pixelDataShort : .unreadable,
      detail: isShort ? error.message : "\(error.code.rawValue): \(error.message)",
      action: .excluded)
  }

  /// A readable file that is no CT slice.
  init(ineligible reason: CTEligibility.Reason, header: DICOMHeader, file: String) {
    let code: QuirkCode
    switch reason {
    case .modality, .sopClass: code = .notCT
    case .localizer: code = .localizer
    case .secondaryCapture: code = .secondaryCapture
    case .multiFrame: code = .multiFrame
    }
    self.init(
      file: file, id: Self.id(header.sopInstanceUID), code: code, detail: reason.explanation,
      action: .excluded)
  }

  /// A text that could be an ID; any other text in a damaged header may be anything.
  private static func id(_ text: String?) -> String {
    text.flatMap { SliceIdentity.isUsable($0) ? $0 : nil } ?? ""
  }
}
