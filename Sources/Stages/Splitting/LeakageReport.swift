import Diagnostics
import PipelineContract

/// `split/leakage.json`: the proof that no patient, study or image stands in two folds.
package struct LeakageReport: Codable, Equatable, Sendable {
  /// One kind of identity that was checked.
  package struct Check: Codable, Equatable, Sendable {
    /// Distinct values.
    package let distinct: Int
    /// Values found in more than one fold; the gate lets only 0 pass.
    package let inSeveralFolds: Int

    enum CodingKeys: String, CodingKey {
      case distinct
      case inSeveralFolds = "in_several_folds"
    }
  }

  package let patient: Check
  package let study: Check
  /// Hashes of the DICOM files.
  package let file: Check
  /// Hashes of the pictures; those that show nothing but air are left out.
  package let pixels: Check
  /// Slices whose picture another slice shows too.
  package let slicesWithSharedPixels: Int
  /// Pairs of patients put into one fold because they share a study or an image.
  package let tiedPatients: Int
  package let passed: Bool

  enum CodingKeys: String, CodingKey {
    case patient, study, file, pixels, passed
    case slicesWithSharedPixels = "slices_with_shared_pixels"
    case tiedPatients = "tied_patients"
  }

  /// Looks at the finished assignment only, not at how it came about.
  init(slices: [SliceProvenance], folds: [Int], tiedPatients: Int) {
    patient = Self.check(slices.map(\.patientOrStudy), folds)
    study = Self.check(slices.map(\.study), folds)
    file = Self.check(slices.map(\.file), folds)
    pixels = Self.check(slices.map(\.pixels), folds)
    var copies: [String: Int] = [:]
    for slice in slices where !slice.pixels.isEmpty { copies[slice.pixels, default: 0] += 1 }
    slicesWithSharedPixels = copies.values.filter { $0 > 1 }.reduce(0, +)
    self.tiedPatients = tiedPatients
    passed = [patient, study, file, pixels].allSatisfy { $0.inSeveralFolds == 0 }
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

  /// Throws where something leaks.
  func requirePassed() throws {
    guard !passed else { return }
    throw IchorError(
      .internalFault, code: "split-leaks",
      "the folds share \(patient.inSeveralFolds) patients, \(study.inSeveralFolds) studies and"
        + " \(pixels.inSeveralFolds) images",
      remedy: "Do not use this split; report the seed and the number of folds.")
  }
}
