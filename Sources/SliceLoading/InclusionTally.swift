import Foundation

/// Counts what a sampler really drew, label by label, beside what the data holds.
public struct InclusionTally: Sendable, Equatable {
  public let classes: Int
  /// Samples drawn.
  public private(set) var draws = 0
  /// Samples drawn that carry each label.
  public private(set) var drawnPositives: [Int]
  /// Share of each label in the data, every slice once.
  public let naturalRates: [Double]

  /// - Parameter labels: row-major [slices, classes], 0 or 1.
  public init(labels: [Float], classes: Int) {
    precondition(
      classes > 0 && labels.count.isMultiple(of: classes), "labels are whole rows of classes")
    self.classes = classes
    drawnPositives = [Int](repeating: 0, count: classes)
    var positives = [Int](repeating: 0, count: classes)
    for (place, label) in labels.enumerated() where label != 0 { positives[place % classes] += 1 }
    let slices = labels.count / classes
    naturalRates = positives.map { slices == 0 ? .nan : Double($0) / Double(slices) }
  }

  /// Adds one batch; `labels` as given to `init`.
  public mutating func add(_ indices: [Int], labels: [Float]) {
    draws += indices.count
    for index in indices {
      for label in 0..<classes where labels[index * classes + label] != 0 {
        drawnPositives[label] += 1
      }
    }
  }

  /// Share of each label among the samples drawn; NaN before the first.
  public var drawnRates: [Double] { drawnPositives.map { Double($0) / Double(draws) } }

  /// What to add to a label's logit so that it speaks of the data again: the log odds of the
  /// natural rate less those of the drawn rate; `nil` where one of the rates is 0 or 1.
  public var logitCorrections: [Double?] {
    zip(naturalRates, drawnRates).map { natural, drawn in
      let correction = log(natural / (1 - natural)) - log(drawn / (1 - drawn))
      return correction.isFinite ? correction : nil
    }
  }
}
