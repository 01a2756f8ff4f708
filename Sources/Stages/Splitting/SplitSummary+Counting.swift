import ArtifactTables
import Metrics
import PipelineConfiguration
import Vocabulary

extension SplitSummary {
  init(
    _ split: SplitTable, parameters: SplitParameters, labels: LabelTable, excluded: [String: Int]
  ) {
    let training = split.training(fold: parameters.fold).flatMap(\.labels)
    let constant = ConstantPredictor(baseRatesOf: training, labelCount: Label.allCases.count)
    self.init(
      seed: parameters.seed, heldOutFold: parameters.fold, total: Counts(split.rows),
      folds: (0..<parameters.folds).map { Counts(split.heldOut(fold: $0)) },
      baseRates: constant?.probabilities ?? Label.allCases.map { _ in 0 },
      labelFile: LabelFile(
        rows: labels.rows, images: labels.images, duplicateRows: labels.duplicateRows,
        imagesWithoutSlice: labels.images - split.rows.count),
      excluded: excluded)
  }
}

extension SplitSummary.Counts {
  init(_ rows: [SplitTable.Row]) {
    var positiveSlices: [String: Int] = [:]
    var positivePatients: [String: Int] = [:]
    for (index, label) in Label.allCases.enumerated() {
      let positive = rows.filter { $0.labels[index] != 0 }
      positiveSlices[label.rawValue] = positive.count
      positivePatients[label.rawValue] = Set(positive.map(\.patient)).count
    }
    self.init(
      slices: rows.count, patients: Set(rows.map(\.patient)).count,
      studies: Set(rows.map(\.study)).count, positiveSlices: positiveSlices,
      positivePatients: positivePatients)
  }
}
