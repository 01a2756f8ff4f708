/// Undoes what drawing some slices more often than others did to a network's probabilities.
///
/// A network trained on slices drawn at other rates than they occur at learns posteriors of those
/// rates. Each class's posterior is divided by the rate at which it was drawn and multiplied by that
/// at which it occurs; all are scaled to sum to 1 (Saerens, Latinne, Decaestecker, "Adjusting the
/// outputs of a classifier to new a priori probabilities", Neural Computation 14, 2002, 21-41, eq.
/// 2.4). Of two classes this is a shift of the logit by the difference of the log odds of the two
/// rates (King, Zeng, "Logistic regression in rare events data", Political Analysis 9, 2001).
///
/// The first label, `any`, has two classes; a subtype has three: the subtype, haemorrhages without
/// it, and none. The correction is exact where slices were drawn evenly within each class, as they
/// are where only positives and negatives have different rates; weights over subtypes make it an
/// approximation, as the haemorrhages without a subtype are then not drawn evenly.
package struct PriorCorrection: Sendable, Equatable {
  /// For each label the ratios of the natural to the drawn rate: with it, a haemorrhage without it,
  /// none. `nil` where a class occurs that was never drawn: such a label stays as it is.
  private let ratios: [Ratios?]

  private struct Ratios: Sendable, Equatable {
    let with: Double
    let without: Double
    let none: Double
  }

  /// - Parameters:
  ///   - natural: share of each label in the data; `any` first, and no subtype above it.
  ///   - drawn: the same among the slices that the network was trained on.
  package init(natural: [Double], drawn: [Double]) {
    precondition(
      natural.count == drawn.count && !natural.isEmpty, "both rates are given for every label")
    ratios = natural.indices.map { label in
      guard
        let with = Self.ratio(natural[label], drawn[label]),
        let without = Self.ratio(natural[0] - natural[label], drawn[0] - drawn[label]),
        let none = Self.ratio(1 - natural[0], 1 - drawn[0])
      else { return nil }
      return Ratios(with: with, without: without, none: none)
    }
  }

  /// 1 for a class that neither occurs nor was drawn: there is nothing to correct.
  private static func ratio(_ natural: Double, _ drawn: Double) -> Double? {
    if natural == 0 && drawn == 0 { return 1 }
    return natural >= 0 && drawn > 0 && natural.isFinite && drawn.isFinite ? natural / drawn : nil
  }

  /// Which labels the rates allow correcting.
  package var corrects: [Bool] { ratios.map { $0 != nil } }

  /// Corrects probabilities in place, row-major [slices, labels].
  ///
  /// A subtype that is more probable than `any` leaves no room for other haemorrhages.
  package func apply(to probabilities: inout [Double]) {
    precondition(
      probabilities.count.isMultiple(of: ratios.count), "a row has one probability per label")
    for first in stride(from: 0, to: probabilities.count, by: ratios.count) {
      let any = probabilities[first]
      for (label, ratios) in ratios.enumerated() {
        guard let ratios else { continue }
        let probability = probabilities[first + label]
        let with = probability * ratios.with
        let others = max(any - probability, 0) * ratios.without
        let none = (1 - max(any, probability)) * ratios.none
        let sum = with + others + none
        if sum > 0 { probabilities[first + label] = with / sum }
      }
    }
  }
}
