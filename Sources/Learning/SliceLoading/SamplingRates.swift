import Diagnostics

/// What a weighted epoch consists of, in shares that a user can state.
///
/// A slice is positive where its first label, `any`, is 1; the other labels are its subtypes.
package struct SamplingRates: Sendable, Equatable {
  /// Probability that a positive slice takes part in an epoch's draw at all.
  package var keepPositive: Double
  /// The same for a negative slice.
  package var keepNegative: Double
  /// Share of the draws that are positive; `nil`: in proportion to what takes part.
  package var positiveShare: Double?
  /// Share of the positive draws that each subtype is drawn for, relative to their sum; `nil`: all
  /// positive slices weigh the same. A subtype that no slice has leaves its share to the others.
  package var subtypeShares: [Double]?

  /// - Precondition: probabilities and shares lie in 0...1, a subtype's is not negative.
  package init(
    keepPositive: Double = 1, keepNegative: Double = 1, positiveShare: Double? = nil,
    subtypeShares: [Double]? = nil
  ) {
    precondition(
      [keepPositive, keepNegative, positiveShare ?? 0].allSatisfy((0...1).contains),
      "probabilities and shares lie in 0...1")
    precondition(
      (subtypeShares ?? []).allSatisfy { $0 >= 0 && $0.isFinite }, "no share is negative")
    self.keepPositive = keepPositive
    self.keepNegative = keepNegative
    self.positiveShare = positiveShare
    self.subtypeShares = subtypeShares
  }

  /// Every slice's weight among those that take part.
  ///
  /// A positive draw chooses a subtype by its share, then one of its N slices: a slice weighs the
  /// sum of share / N over its subtypes. So the positives that take part weigh `positiveShare` in
  /// all, and the first draw of an epoch has exactly the stated shares; later ones have them as
  /// long as only few slices of a kind are taken.
  ///
  /// - Parameter labels: row-major [slices, classes], 0 or 1.
  /// - Throws: `badData` where a kind that is to be drawn has no slices to draw.
  func weights(labels: [Float], classes: Int) throws -> [Double] {
    let slices = labels.count / classes
    var counts = [Double](repeating: 0, count: classes)
    for place in labels.indices where labels[place] != 0 { counts[place % classes] += 1 }
    let (positives, negatives) = (counts[0], Double(slices) - counts[0])
    let kept = (positive: keepPositive * positives, negative: keepNegative * negatives)
    let share = positiveShare ?? (kept.positive == 0 ? 0 : kept.positive / (kept.0 + kept.1))
    let parts = subtypeParts(counts: counts)
    let isEmpty = (
      positive: keepPositive == 0 || (parts?.reduce(0, +) ?? positives) == 0,
      negative: kept.negative == 0
    )
    if share > 0 && isEmpty.positive || share < 1 && isEmpty.negative {
      throw IchorError(
        .badData, code: "sampler-kind-empty",
        "Of \(slices) training slices, \(Int(positives)) are positive, kept with probability "
          + "\(keepPositive), the others with \(keepNegative): a share of \(share) positives can't "
          + "be drawn",
        remedy: "Train on plain epochs, or keep and weigh slices of both kinds.")
    }
    return (0..<slices).map { slice in
      let row = slice * classes
      if labels[row] == 0 { return share == 1 ? 0 : (1 - share) / kept.negative }
      if share == 0 { return 0 }
      guard let parts else { return share / kept.positive }
      return (1..<classes).reduce(0) { labels[row + $1] == 0 ? $0 : $0 + parts[$1 - 1] }
        * share / keepPositive
    }
  }

  /// What a slice gets for each subtype that it has: the share over the number of its slices.
  private func subtypeParts(counts: [Double]) -> [Double]? {
    guard let subtypeShares else { return nil }
    precondition(subtypeShares.count == counts.count - 1, "there is a share for every subtype")
    let present = zip(subtypeShares, counts.dropFirst()).map { $1 == 0 ? 0 : $0 }
    let sum = present.reduce(0, +)
    return zip(present, counts.dropFirst()).map { $0 == 0 ? 0 : $0 / sum / $1 }
  }
}
