import ArtifactTables
import Diagnostics

extension LeakageReport {
  /// Looks only at the finished assignment, not at how it came about.
  init(slices: [SliceProvenance], folds: [Int], tiedPatients: Int) {
    var copies: [String: Int] = [:]
    for slice in slices where !slice.pixels.isEmpty { copies[slice.pixels, default: 0] += 1 }
    self.init(
      patient: Self.check(slices.map(\.patientOrStudy), folds),
      study: Self.check(slices.map(\.study), folds), file: Self.check(slices.map(\.file), folds),
      pixels: Self.check(slices.map(\.pixels), folds),
      slicesWithSharedPixels: copies.values.filter { $0 > 1 }.reduce(0, +),
      tiedPatients: tiedPatients)
  }

  private static func check(_ values: [String], _ folds: [Int]) -> Check {
    var foldOf: [String: Int] = [:]
    var leaking: Set<String> = []
    for (value, fold) in zip(values, folds) where !value.isEmpty {
      if let known = foldOf[value], known != fold { leaking.insert(value) }
      foldOf[value] = fold
    }
    return Check(distinct: foldOf.count, inSeveralFolds: leaking.count)
  }

  /// - Throws: `IchorError(.internalFault)` where something leaks.
  func requirePassed() throws {
    guard !passed else { return }
    throw IchorError(
      .internalFault, code: "split-leaks",
      "the folds share \(patient.inSeveralFolds) patients, \(study.inSeveralFolds) studies and"
        + " \(pixels.inSeveralFolds) images",
      remedy: "Do not use this split; report the seed and the number of folds.")
  }
}
