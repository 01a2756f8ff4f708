import ArtifactTables
import Diagnostics
import PipelineConfiguration

/// Why patients can't be dealt into the folds, and what helps.
struct TooFewGroups {
  private static let listed = 20

  private let groups: PatientGroups
  private let folds: Int
  private let studies: Int
  private let slices: Int
  private let group: SplitParameters.Group
  private let shared: [SharedPictures.Picture]

  init(
    _ groups: PatientGroups, slices: [SliceRow], identities: [SliceProvenance],
    _ parameters: SplitParameters
  ) {
    self.groups = groups
    folds = parameters.folds
    group = parameters.group
    studies = Set(slices.map(\.study)).count
    self.slices = slices.count
    shared = SharedPictures(slices, identities).pictures
  }

  var error: IchorError {
    IchorError(
      .configuration, code: "split-too-few-patients", message, remedy: remedy, at: "split.folds")
  }

  private var unit: String { group == .patient ? "patients" : "studies" }
  private var isOnePatient: Bool { group == .patient && groups.patientCount == 1 && studies > 1 }

  private var message: String {
    if isOnePatient {
      return "all \(studies) studies (\(slices) slices) carry one Patient ID, and one patient can't"
        + " be dealt into \(folds) folds"
    }
    guard groups.patientCount > groups.groupCount else {
      return "\(groups.patientCount) \(unit) can't be dealt into \(folds) folds"
    }
    let what =
      "\(groups.patientCount) \(unit) in \(groups.groupCount) groups that share images or studies"
      + " can't be dealt into \(folds) folds"
    if shared.isEmpty { return what }
    let list = shared.prefix(Self.listed).map { picture in
      " the picture of \(picture.id) is in \(picture.patients) \(unit)"
    }
    let more = shared.count - list.count
    return "\(what):" + list.joined(separator: ";") + (more > 0 ? "; and \(more) more" : "")
  }

  private var remedy: String {
    if isOnePatient {
      return "Where they are of different people whose IDs were removed, group by study:"
        + " “--set split.group=study”. Else give more patients."
    }
    var remedies: [String] = []
    // Fewer than two folds are refused.
    if groups.groupCount >= 2 { remedies.append("set split.folds to at most \(groups.groupCount)") }
    if groups.patientCount > groups.groupCount, !shared.isEmpty {
      let ids = shared.prefix(Self.listed).map(\.id).joined(separator: ",")
      remedies.append(
        "leave pictures that prove nothing (air) out of the comparison:"
          + " “--set split.ignore_pictures=[\(ids)]”")
    }
    remedies.append("give more \(unit)")
    let text = remedies.joined(separator: ", or ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}
