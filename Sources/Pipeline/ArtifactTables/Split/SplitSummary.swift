import Vocabulary

/// `split/summary.json`: how many slices, patients and positives each fold has.
package struct SplitSummary: ArtifactDocument {
  /// One fold, or all of them.
  package struct Counts: Codable, Equatable, Sendable {
    package let slices: Int
    package let patients: Int
    package let studies: Int
    /// Label to positive slices.
    package let positiveSlices: [String: Int]
    /// Label to patients with a positive slice.
    package let positivePatients: [String: Int]

    enum CodingKeys: String, CodingKey {
      case slices, patients, studies
      case positiveSlices = "positive_slices"
      case positivePatients = "positive_patients"
    }

    package init(
      slices: Int, patients: Int, studies: Int, positiveSlices: [String: Int],
      positivePatients: [String: Int]
    ) {
      self.slices = slices
      self.patients = patients
      self.studies = studies
      self.positiveSlices = positiveSlices
      self.positivePatients = positivePatients
    }
  }

  /// What the label CSV held.
  package struct LabelFile: Codable, Equatable, Sendable {
    package let rows: Int
    package let images: Int
    /// Rows that repeat an earlier one; each was taken once.
    package let duplicateRows: Int
    /// Labelled images that the conversion does not have, the excluded ones among them.
    package let imagesWithoutSlice: Int

    enum CodingKeys: String, CodingKey {
      case rows, images
      case duplicateRows = "duplicate_rows"
      case imagesWithoutSlice = "images_without_slice"
    }

    package init(rows: Int, images: Int, duplicateRows: Int, imagesWithoutSlice: Int) {
      self.rows = rows
      self.images = images
      self.duplicateRows = duplicateRows
      self.imagesWithoutSlice = imagesWithoutSlice
    }
  }

  package let seed: Int
  /// The fold held out for validation.
  package let heldOutFold: Int
  package let total: Counts
  /// In the order of the folds.
  package let folds: [Counts]
  /// Label to share of positive slices in the training folds: what the constant predictor says.
  package let baseRates: [String: Double]
  package let labelFile: LabelFile
  /// Quirk code to files of the collection that the conversion left out.
  package let excluded: [String: Int]

  enum CodingKeys: String, CodingKey {
    case seed, total, folds, excluded
    case heldOutFold = "held_out_fold"
    case baseRates = "base_rates"
    case labelFile = "label_file"
  }

  /// - Parameter baseRates: in contract order.
  package init(
    seed: Int, heldOutFold: Int, total: Counts, folds: [Counts], baseRates: [Double],
    labelFile: LabelFile, excluded: [String: Int]
  ) {
    self.seed = seed
    self.heldOutFold = heldOutFold
    self.total = total
    self.folds = folds
    self.baseRates = Dictionary(labelled: baseRates)
    self.labelFile = labelFile
    self.excluded = excluded
  }

  /// The base rates in contract order.
  package var baseRatesInOrder: [Double] { Label.allCases.compactMap { baseRates[$0.rawValue] } }

  package var fault: String? {
    if !folds.indices.contains(heldOutFold) { return "there is no fold \(heldOutFold)" }
    if !baseRates.hasEveryLabel || !baseRates.values.allSatisfy(\.isShare) {
      return "each label, and nothing else, has a base rate between 0 and 1"
    }
    for counts in folds + [total]
    where !counts.positiveSlices.hasEveryLabel || !counts.positivePatients.hasEveryLabel {
      return "each label, and nothing else, has its counts in every fold"
    }
    return nil
  }
}
