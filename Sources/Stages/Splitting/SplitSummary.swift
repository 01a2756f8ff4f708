import PipelineConfiguration
import PipelineContract
import Vocabulary

/// `split/summary.json`: how many slices, patients and positives each fold has.
package struct SplitSummary: Codable, Equatable, Sendable {
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

    package init(_ rows: [SplitTable.Row]) {
      slices = rows.count
      patients = Set(rows.map(\.patient)).count
      studies = Set(rows.map(\.study)).count
      var positiveSlices: [String: Int] = [:]
      var positivePatients: [String: Int] = [:]
      for (index, label) in Label.allCases.enumerated() {
        let positive = rows.filter { $0.labels[index] != 0 }
        positiveSlices[label.rawValue] = positive.count
        positivePatients[label.rawValue] = Set(positive.map(\.patient)).count
      }
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
  }

  package let seed: Int
  /// The fold held out for validation.
  package let heldOutFold: Int
  package let total: Counts
  /// In order of the folds.
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

  /// The base rates in contract order.
  package var baseRatesInOrder: [Double] { Label.allCases.map { baseRates[$0.rawValue] ?? 0 } }
}

extension SplitSummary {
  init(
    _ split: SplitTable, parameters: SplitParameters, labels: LabelTable, excluded: [String: Int]
  ) {
    seed = parameters.seed
    heldOutFold = parameters.fold
    total = Counts(split.rows)
    folds = (0..<parameters.folds).map { Counts(split.heldOut(fold: $0)) }
    let training = split.training(fold: parameters.fold)
    baseRates = Dictionary(
      uniqueKeysWithValues: Label.allCases.enumerated().map { index, label in
        let positives = training.count { $0.labels[index] != 0 }
        return (label.rawValue, training.isEmpty ? 0 : Double(positives) / Double(training.count))
      })
    labelFile = LabelFile(
      rows: labels.rows, images: labels.images, duplicateRows: labels.duplicateRows,
      imagesWithoutSlice: labels.images - split.rows.count)
    self.excluded = excluded
  }
}
