/// The floor that every model has to beat: it gives each slice the base rates, whatever it shows.
package struct ConstantPredictor: Sendable, Equatable {
  /// One probability per label.
  package let probabilities: [Double]

  package init(probabilities: [Double]) { self.probabilities = probabilities }

  /// The share of positive slices per label.
  ///
  /// Shape: `targets` is row-major, [slices x labels]. `nil` where there is no slice.
  package init?(baseRatesOf targets: [UInt8], labelCount: Int) {
    precondition(
      labelCount > 0 && targets.count.isMultiple(of: labelCount),
      "a row has one target for every label")
    let rows = targets.count / labelCount
    guard rows > 0 else { return nil }
    var positives = [Int](repeating: 0, count: labelCount)
    for (index, target) in targets.enumerated() where target != 0 {
      positives[index % labelCount] += 1
    }
    probabilities = positives.map { Double($0) / Double(rows) }
  }

  /// Its predictions for slices with these targets, [slices x labels].
  package func scored(against targets: [UInt8]) -> ScoredSlices {
    let rows = targets.count / probabilities.count
    return ScoredSlices(
      probabilities: (0..<rows).flatMap { _ in probabilities }, targets: targets,
      labelCount: probabilities.count)
  }
}
