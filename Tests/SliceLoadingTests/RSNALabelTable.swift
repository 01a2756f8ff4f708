/// As many slices as RSNA 2019's stage 2 has, by the set of their labels.
///
/// The counts by label and of slices without any are those of the data set. How often subtypes occur
/// together is made up: any table with the right margins would do.
enum RSNALabelTable {
  /// any, epidural, intraparenchymal, intraventricular, subarachnoid, subdural.
  static let margins = [107_933, 3_145, 36_118, 26_205, 35_675, 47_166]
  static let negatives = 644_869

  struct Combination {
    let row: [Float]
    let slices: Int
  }

  static let combinations = [
    Combination(row: [0, 0, 0, 0, 0, 0], slices: 644_869),
    Combination(row: [1, 1, 0, 0, 0, 0], slices: 1_945),
    Combination(row: [1, 0, 1, 0, 0, 0], slices: 11_942),
    Combination(row: [1, 0, 0, 1, 0, 0], slices: 11_205),
    Combination(row: [1, 0, 0, 0, 1, 0], slices: 13_675),
    Combination(row: [1, 0, 0, 0, 0, 1], slices: 31_790),
    Combination(row: [1, 0, 1, 1, 0, 0], slices: 12_000),
    Combination(row: [1, 0, 0, 0, 1, 1], slices: 12_000),
    Combination(row: [1, 0, 1, 0, 1, 0], slices: 7_000),
    Combination(row: [1, 1, 0, 0, 0, 1], slices: 1_200),
    Combination(row: [1, 0, 1, 0, 0, 1], slices: 2_176),
    Combination(row: [1, 0, 1, 1, 1, 0], slices: 3_000),
  ]

  /// Row-major [slices, 6], one combination after the other.
  static func labels() -> [Float] {
    combinations.flatMap { combination in
      (0..<combination.slices).flatMap { _ in combination.row }
    }
  }

  /// How many of the slices at these indices are of each combination.
  static func counts(_ indices: [Int32]) -> [Double] {
    var ends: [Int] = []
    for combination in combinations { ends.append((ends.last ?? 0) + combination.slices) }
    var counts = [Double](repeating: 0, count: ends.count)
    for index in indices {
      counts[ends.firstIndex { index < $0 } ?? 0] += 1
    }
    return counts
  }
}
