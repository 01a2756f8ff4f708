import ArtifactTables
import ContentHashing
import DICOM
import Foundation
import SliceShards

/// Whose slice a file holds and where it lies: what the header scan needs to know of a file.
struct SliceIdentity: Sendable, Equatable {
  let id: String
  let patient: String
  let study: String
  let series: String
  /// Along the normal of the slice plane, in mm.
  let position: Double
  /// What was missing and what stands in for it.
  let quirks: [(QuirkCode, String)]

  static func == (lhs: SliceIdentity, rhs: SliceIdentity) -> Bool {
    lhs.id == rhs.id && lhs.patient == rhs.patient && lhs.study == rhs.study
      && lhs.series == rhs.series && lhs.position == rhs.position
  }

  /// `nil` where the header has no ID, or one that can't name a file.
  ///
  /// - Parameter pseudonyms: what replaces patient, study and series.
  init?(_ header: DICOMHeader, _ pseudonyms: Pseudonyms = .none) {
    guard let id = header.sopInstanceUID, Self.isUsable(id) else { return nil }
    var quirks: [(QuirkCode, String)] = []
    let given = (
      patient: Self.present(header.patientID), study: Self.present(header.studyInstanceUID),
      series: Self.present(header.seriesInstanceUID)
    )
    if given.study == nil || given.series == nil {
      quirks.append((.seriesMissing, "what the header has of study, series and ID stands in"))
    }
    let series = given.series ?? given.study ?? id
    let study = given.study ?? series
    if given.patient == nil {
      quirks.append((.patientMissing, "the study stands in for the patient"))
    }
    patient = pseudonyms.name(of: given.patient ?? study, .patient)
    self.study = pseudonyms.name(of: study, .study)
    self.series = pseudonyms.name(of: series, .series)
    if let position = Self.position(header) {
      self.position = position
    } else {
      quirks.append((.geometryMissing, "the order within the series is by ID"))
      position = 0
    }
    self.id = id
    self.quirks = quirks
  }

  /// The distance of the first pixel along the normal, in mm (PS3.3 C.7.6.2.1.1).
  static func position(_ header: DICOMHeader) -> Double? {
    guard let point = header.imagePositionPatient, point.count == 3,
      let cosines = header.imageOrientationPatient, cosines.count == 6
    else { return nil }
    let normal = [
      cosines[1] * cosines[5] - cosines[2] * cosines[4],
      cosines[2] * cosines[3] - cosines[0] * cosines[5],
      cosines[0] * cosines[4] - cosines[1] * cosines[3],
    ]
    let distance = point[0] * normal[0] + point[1] * normal[1] + point[2] * normal[2]
    // Rounded as it is written, so that the order of the rows is that of the numbers in them.
    return abs(distance) < 1e9 ? (distance * 1e6).rounded() / 1e6 : nil
  }

  static func isUsable(_ id: String) -> Bool { SliceName.isUsable(id.utf8) }

  private static func present(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
