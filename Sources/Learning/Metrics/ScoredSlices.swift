/// Probabilities and the truth, for one or more labels: what every metric here is computed from.
///
/// Shapes: `probabilities` and `targets` are row-major, [slices x labels]; a target is 0 or 1.
package struct ScoredSlices: Sendable {
  package let probabilities: [Double]
  package let targets: [UInt8]
  package let labelCount: Int
  /// The number of rows.
  package let count: Int

  /// - Precondition: both arrays hold the same whole number of rows.
  package init(probabilities: [Double], targets: [UInt8], labelCount: Int) {
    precondition(labelCount > 0, "a table of scores has at least one label")
    precondition(
      probabilities.count == targets.count, "every probability has its target")
    precondition(
      targets.count.isMultiple(of: labelCount), "a row has one target for every label")
    self.probabilities = probabilities
    self.targets = targets
    self.labelCount = labelCount
    count = targets.count / labelCount
  }

  /// The probabilities of one label, one per slice.
  package func probabilities(of label: Int) -> [Double] {
    stride(from: label, to: probabilities.count, by: labelCount).map { probabilities[$0] }
  }

  /// The targets of one label, one per slice.
  package func targets(of label: Int) -> [UInt8] {
    stride(from: label, to: targets.count, by: labelCount).map { targets[$0] }
  }

  /// How many slices are positive for one label.
  package func positives(of label: Int) -> Int {
    stride(from: label, to: targets.count, by: labelCount).count { targets[$0] != 0 }
  }
}
