/// Receiver operating characteristic of one label.
package struct ROCCurve: Sendable {
  /// One operating point: calling everything at or above `threshold` positive.
  package struct Point: Sendable, Equatable {
    package let falsePositiveRate: Double
    package let truePositiveRate: Double
    /// Infinite at the first point, where nothing is called positive.
    package let threshold: Double
  }

  /// From (0, 0) to (1, 1), one point for every distinct score.
  package let points: [Point]

  /// `nil` where one class is absent or a score is NaN: then no curve exists.
  ///
  /// Shapes: `scores` and `targets` are [slices].
  package init?(scores: [Double], targets: [UInt8]) {
    precondition(scores.count == targets.count, "every score has its target")
    let positives = targets.count { $0 != 0 }
    let negatives = targets.count - positives
    guard positives > 0, negatives > 0, !scores.contains(where: \.isNaN) else { return nil }

    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var points = [Point(falsePositiveRate: 0, truePositiveRate: 0, threshold: .infinity)]
    var truePositives = 0
    var falsePositives = 0
    for (rank, index) in order.enumerated() {
      if targets[index] != 0 { truePositives += 1 } else { falsePositives += 1 }
      // Slices of equal score are called together: the curve is straight across a tie.
      let isLastOfTie = rank + 1 == order.count || scores[order[rank + 1]] != scores[index]
      guard isLastOfTie else { continue }
      points.append(
        Point(
          falsePositiveRate: Double(falsePositives) / Double(negatives),
          truePositiveRate: Double(truePositives) / Double(positives),
          threshold: scores[index]))
    }
    self.points = points
  }

  /// The area under the curve: the probability that a positive slice outranks a negative one.
  ///
  /// From mid-ranks (Mann-Whitney U), so a tie counts one half. `nil` where one class is absent or
  /// a score is NaN.
  package static func area(scores: [Double], targets: [UInt8]) -> Double? {
    precondition(scores.count == targets.count, "every score has its target")
    let positives = targets.count { $0 != 0 }
    let negatives = targets.count - positives
    guard positives > 0, negatives > 0, !scores.contains(where: \.isNaN) else { return nil }

    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      // Ranks start + 1 ... end share their mean.
      let midRank = Double(start + 1 + end) / 2
      let tiedPositives = order[start..<end].count { targets[$0] != 0 }
      rankSum += midRank * Double(tiedPositives)
      start = end
    }
    let smallest = Double(positives) * Double(positives + 1) / 2
    return (rankSum - smallest) / (Double(positives) * Double(negatives))
  }
}
