extension StratifiedFolds {
  /// With more groups than this, what the greedy deal leaves uneven is small, and trying all pairs
  /// would take long.
  private static let groupLimit = 1000
  private static let sweepLimit = 20

  /// Exchanges pairs of groups between folds while that makes the folds more alike.
  ///
  /// The measure is the folds' sum of squared shares of every count, which the greedy deal
  /// minimises too, but one group at a time.
  static func exchange(
    foldOfGroup: inout [Int], holdings: inout [[Double]], amounts: [[Double]], scale: [Double]
  ) {
    guard amounts.count <= groupLimit else { return }
    for _ in 0..<sweepLimit {
      var improved = false
      for left in amounts.indices {
        for right in amounts.indices[(left + 1)...] {
          let (from, to) = (foldOfGroup[left], foldOfGroup[right])
          guard from != to else { continue }
          var change = 0.0
          for column in scale.indices {
            let moved = amounts[left][column] - amounts[right][column]
            guard moved != 0 else { continue }
            change +=
              scale[column] * moved * (moved - holdings[from][column] + holdings[to][column])
          }
          // More than rounding, so that no pair is exchanged back and forth.
          guard change < -1e-12 else { continue }
          for column in scale.indices {
            let moved = amounts[left][column] - amounts[right][column]
            holdings[from][column] -= moved
            holdings[to][column] += moved
          }
          foldOfGroup.swapAt(left, right)
          improved = true
        }
      }
      if !improved { return }
    }
  }
}
