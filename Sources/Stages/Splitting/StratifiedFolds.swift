import Randomness

/// Deals groups of patients into folds so that the folds are alike: greedy, rarest label first.
///
/// The order follows iterative stratification (Sechidis, Tsoumakas, Vlahavas: "On the
/// stratification of multi-label data", ECML PKDD 2011): what is rare is dealt while every fold
/// still has room. Each group goes to the fold that holds least of what the group brings; then pairs
/// are exchanged where that evens the folds out further.
struct StratifiedFolds {
  /// The fold of every group.
  let foldOfGroup: [Int]

  /// What one group brings: slices, patients, and per label positive slices and positive patients.
  struct Load {
    var slices = 0
    var patients = 0
    var positiveSlices: [Int]
    var positivePatients: [Int]

    init(labelCount: Int) {
      positiveSlices = Array(repeating: 0, count: labelCount)
      positivePatients = Array(repeating: 0, count: labelCount)
    }

    /// All counts in one row.
    var amounts: [Double] {
      ([slices, patients] + positiveSlices + positivePatients).map(Double.init)
    }
  }

  /// - Precondition: at least as many groups as folds.
  init(groups: [Load], folds: Int, seed: UInt64) {
    precondition(folds > 0 && groups.count >= folds, "every fold gets at least one group")
    let amounts = groups.map(\.amounts)
    let width = amounts.first?.count ?? 0
    let totals = (0..<width).map { column in amounts.reduce(0) { $0 + $1[column] } }
    // Squared shares: minimising the folds' sum of them evens every count out, and a count that is
    // small everywhere weighs as much as one that is large.
    let scale = totals.map { $0 > 0 ? 1 / ($0 * $0) : 0 }

    // Among equals fold 1 comes before fold 0: a label that a single patient has would otherwise be
    // in fold 0, held out by default, and in no training fold.
    let preference = folds > 1 ? [1, 0] + Array(2..<max(2, folds)) : [0]

    var holdings = [[Double]](repeating: [Double](repeating: 0, count: width), count: folds)
    var groupsIn = [Int](repeating: 0, count: folds)
    var foldOfGroup = [Int](repeating: 0, count: groups.count)
    let order = Self.order(groups, seed: seed)
    for (turn, group) in order.enumerated() {
      let empty = groupsIn.count { $0 == 0 }
      let mustFillEmpty = groups.count - turn <= empty
      var best = 0
      var least = Double.infinity
      for fold in preference where !mustFillEmpty || groupsIn[fold] == 0 {
        var cost = 0.0
        for column in 0..<width {
          cost += holdings[fold][column] * amounts[group][column] * scale[column]
        }
        if cost < least {
          least = cost
          best = fold
        }
      }
      foldOfGroup[group] = best
      groupsIn[best] += 1
      for column in 0..<width { holdings[best][column] += amounts[group][column] }
    }
    Self.exchange(
      foldOfGroup: &foldOfGroup, holdings: &holdings, amounts: amounts, scale: scale)
    self.foldOfGroup = foldOfGroup
  }

  /// Groups by their rarest label, then the larger first; equal ones in an order drawn from the
  /// seed.
  private static func order(_ groups: [Load], seed: UInt64) -> [Int] {
    let labelCount = groups.first?.positiveSlices.count ?? 0
    let totals = (0..<labelCount).map { label in
      groups.reduce(0) { $0 + $1.positiveSlices[label] }
    }
    let rarest = groups.map { group in
      (0..<labelCount).filter { group.positiveSlices[$0] > 0 }
        .min { (totals[$0], $0) < (totals[$1], $1) }
    }
    struct Key {
      let rarity: Int
      let positives: Int
      let slices: Int
      let draw: UInt64
    }
    let keys = groups.enumerated().map { number, group in
      var random = CounterRandom(seed: seed, purpose: "split.order", sample: number)
      return Key(
        rarity: rarest[number].map { totals[$0] } ?? .max,
        positives: rarest[number].map { group.positiveSlices[$0] } ?? 0,
        slices: group.slices, draw: random.next())
    }
    return groups.indices.sorted { left, right in
      let (a, b) = (keys[left], keys[right])
      if a.rarity != b.rarity { return a.rarity < b.rarity }
      if a.positives != b.positives { return a.positives > b.positives }
      if a.slices != b.slices { return a.slices > b.slices }
      return (a.draw, left) < (b.draw, right)
    }
  }
}
