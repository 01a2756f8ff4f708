/// Counts what a sampler really drew, label by label, alongside what the data holds.
package struct InclusionTally: Sendable, Equatable {
  /// Slices in the data.
  package let slices: Int
  /// Slices in the data that carry each label.
  package let positives: [Int]
  /// Samples drawn.
  package private(set) var draws: Int
  /// Samples drawn that carry each label.
  package private(set) var drawnPositives: [Int]

  /// - Precondition: both counts of positives are given for each label.
  package init(slices: Int, positives: [Int], draws: Int, drawnPositives: [Int]) {
    precondition(positives.count == drawnPositives.count, "both counts are given for every label")
    self.slices = slices
    self.positives = positives
    self.draws = draws
    self.drawnPositives = drawnPositives
  }

  /// - Parameter labels: row-major [slices, classes], 0 or 1.
  package init(labels: [Float], classes: Int) {
    precondition(
      classes > 0 && labels.count.isMultiple(of: classes), "labels are whole rows of classes")
    var positives = [Int](repeating: 0, count: classes)
    for (place, label) in labels.enumerated() where label != 0 { positives[place % classes] += 1 }
    self.init(
      slices: labels.count / classes, positives: positives, draws: 0,
      drawnPositives: [Int](repeating: 0, count: classes))
  }

  /// Adds one batch; `labels` as given to `init`.
  package mutating func add(_ indices: [Int], labels: [Float]) {
    let classes = positives.count
    draws += indices.count
    for index in indices {
      for label in 0..<classes where labels[index * classes + label] != 0 {
        drawnPositives[label] += 1
      }
    }
  }

  /// Share of each label in the data, every slice once; NaN where there is no slice.
  package var naturalRates: [Double] { positives.map { Double($0) / Double(slices) } }

  /// Share of each label among the samples drawn; NaN before the first.
  package var drawnRates: [Double] { drawnPositives.map { Double($0) / Double(draws) } }
}
