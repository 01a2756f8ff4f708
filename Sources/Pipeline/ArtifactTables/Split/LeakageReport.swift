/// `split/leakage.json`: the proof that no patient, study or image is in two folds.
package struct LeakageReport: ArtifactDocument {
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

    package init(distinct: Int, inSeveralFolds: Int) {
      self.distinct = distinct
      self.inSeveralFolds = inSeveralFolds
    }
  }

  package let patient: Check
  package let study: Check
  /// Hashes of the DICOM files.
  package let file: Check
  /// Hashes of the pictures; shared ones that show nearly nothing are left out.
  package let pixels: Check
  /// Slices whose picture another slice also shows.
  package let slicesWithSharedPixels: Int
  /// Pairs of patients put into one fold because they share a study or an image.
  package let tiedPatients: Int
  package let passed: Bool

  enum CodingKeys: String, CodingKey {
    case patient, study, file, pixels, passed
    case slicesWithSharedPixels = "slices_with_shared_pixels"
    case tiedPatients = "tied_patients"
  }

  package init(
    patient: Check, study: Check, file: Check, pixels: Check, slicesWithSharedPixels: Int,
    tiedPatients: Int
  ) {
    self.patient = patient
    self.study = study
    self.file = file
    self.pixels = pixels
    self.slicesWithSharedPixels = slicesWithSharedPixels
    self.tiedPatients = tiedPatients
    passed = [patient, study, file, pixels].allSatisfy { $0.inSeveralFolds == 0 }
  }

  package var fault: String? {
    passed == [patient, study, file, pixels].allSatisfy { $0.inSeveralFolds == 0 }
      ? nil : "whether the gate was passed contradicts its counts"
  }
}
