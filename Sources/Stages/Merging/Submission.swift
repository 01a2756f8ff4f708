import ArtifactTables
import Diagnostics
import Foundation
import Logging
import Metrics
import Vocabulary

/// `merge/submission.csv`: six rows for every image of the test collection, unreadable ones
/// included.
struct Submission {
  private let order: SubmissionOrder
  private let probabilities: PredictionTable
  private let fallback: [Double]
  let coverage: MergeMetrics.Coverage

  /// - Parameters:
  ///   - sample: gives rows and order; without it, every slice and every excluded file with a
  ///     readable ID, sorted by ID, with RSNA's order of labels.
  ///   - fallback: what an image without a prediction gets, one value per label.
  init(
    probabilities: PredictionTable, quirks: [QuirkRow], sample: URL?, fallback: [Double],
    context: JobContext
  ) throws {
    var excluded: [String: QuirkCode] = [:]
    for quirk in quirks where quirk.action == .excluded && !quirk.id.isEmpty {
      // A file left out because it repeats another one loses nothing.
      if probabilities[quirk.id] == nil { excluded[quirk.id] = excluded[quirk.id] ?? quirk.code }
    }
    if let sample {
      order = try SubmissionOrder(sample: sample, cancellation: context.cancellation)
    } else {
      order = SubmissionOrder(sorting: Set(probabilities.ids).union(excluded.keys))
    }
    var reasons: [String: Int] = [:]
    for image in order.images where probabilities.values(named: image) == nil {
      let reason = excluded[image]?.rawValue ?? "no-file"
      reasons[reason, default: 0] += 1
      context.logger.notice(
        "no prediction, the base rates are submitted",
        metadata: ["id": "\(image)", "reason": "\(reason)"])
    }
    coverage = MergeMetrics.Coverage(
      submitted: order.images.count, fallbackReasons: reasons,
      notSubmitted: probabilities.ids.count
        - order.images.count { probabilities.values(named: $0) != nil })
    self.probabilities = probabilities
    self.fallback = fallback
  }

  /// Probabilities are clipped as in the metric: a certain 0 or 1 that is wrong would cost
  /// infinitely much.
  func write(to file: URL, context: JobContext) throws {
    let places = Dictionary(
      Label.allCases.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let writer = try LabelRowWriter(file: file)
    for (number, row) in order.rows.enumerated() {
      if number % 65_536 == 0 { try context.cancellation.checkpoint() }
      let value = (probabilities.values(named: row.image) ?? fallback)[places[row.label] ?? 0]
      let clipped = min(max(value, LogLoss.clip), 1 - LogLoss.clip)
      try writer.write(row.image, row.label, SignificantDigits.text(clipped))
    }
    try writer.close()
  }
}

extension PredictionTable {
  /// The values of an image as a sample submission names it: by its ID, or by `<id>.dcm`.
  fileprivate func values(named image: String) -> [Double]? {
    if let values = self[image] { return values }
    guard image.hasSuffix(LabelRowFormat.fileEnding) else { return nil }
    return self[String(image.dropLast(LabelRowFormat.fileEnding.count))]
  }
}
