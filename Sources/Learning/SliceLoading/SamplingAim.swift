/// What weights ask of an epoch's draws, and what there is to draw from.
package struct SamplingAim: Sendable, Equatable {
  /// Share of each label among the draws as the weights have it, which an epoch's first draw has
  /// exactly, and later ones as long as only few slices of a kind are taken.
  package let rates: [Double]
  /// Slices that take part in an epoch, on average.
  package let slices: Double
  /// Slices of each label that take part in an epoch, on average.
  package let positives: [Double]
  /// Slices whose weight is 0.
  package let neverDrawn: Int

  /// - Parameters:
  ///   - keep: probability of taking part, by slice; 0 where the weight is.
  ///   - labels: row-major [slices, classes], 0 or 1.
  init(keep: [Double], weights: [Double], labels: [Float], classes: Int) {
    var positives = [Double](repeating: 0, count: classes)
    var rates = positives
    let total = zip(keep, weights).reduce(0) { $0 + $1.0 * $1.1 }
    for slice in keep.indices {
      for label in 0..<classes where labels[slice * classes + label] != 0 {
        positives[label] += keep[slice]
        rates[label] += keep[slice] * weights[slice] / total
      }
    }
    self.positives = positives
    // A sum of shares may pass 1 by rounding.
    self.rates = rates.map { min($0, 1) }
    slices = keep.reduce(0, +)
    neverDrawn = weights.count { $0 == 0 }
  }

  /// The draws of an epoch in which no kind would have to come twice to have its share.
  package var drawsWithEnough: Double {
    let negatives = (slices - (positives.first ?? 0)) / (1 - (rates.first ?? 0))
    return zip(positives, rates).reduce(negatives.isFinite ? negatives : slices) {
      $1.1 > 0 ? min($0, $1.0 / $1.1) : $0
    }
  }
}
