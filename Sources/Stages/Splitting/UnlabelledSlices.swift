import ArtifactTables
import Diagnostics
import Foundation
import Logging
import PipelineConfiguration

/// The converted slices that the label file does not have.
struct UnlabelledSlices {
  private let slices: [SliceRow]
  private let of: Int
  private let series: Int
  private let ofSeries: Int
  private let labelledImages: Int

  init(_ rows: [SliceRow], _ labels: LabelTable) {
    slices = rows.filter { labels.labels(of: $0.id) == nil }
    of = rows.count
    series = Set(slices.map(\.series)).count
    ofSeries = Set(rows.map(\.series)).count
    labelledImages = labels.images
  }

  private var counts: String {
    "\(slices.count) of \(of) slices, in \(series) of \(ofSeries) series,"
  }

  /// - Parameter table: where the whole list goes.
  /// - Throws: `IchorError(.badData)` where there are any and that is an error, and where nothing
  ///   else is left; `.cannotCreate` or `.inputOutput` where the table can't be written.
  func check(
    _ policy: LabelParameters.Unlabelled, labels: URL, table: URL, context: JobContext
  ) throws {
    guard let first = slices.first else { return }
    if policy == .skip, slices.count < of {
      context.logger.notice(
        "\(counts) have no row in the label file and are left out (labels.unlabelled: skip)")
      return
    }
    let faults = LabelFaults(table: table)
    let rule = "has no row in the label file"
    for slice in slices {
      try faults.add(
        IchorError(
          .badData, code: "label-missing", "\(slice.id), converted from \(slice.source), \(rule)",
          remedy: "Add its six rows to the label file, or set labels.unlabelled to skip.",
          at: labels.path))
    }
    do { try faults.requireNone(at: labels) } catch let error as IchorError {
      guard slices.count > 1 || slices.count == of else { throw error }
      let listed = slices.prefix(LabelFaults.listed).map { " \($0.id), from \($0.source)" }
      let more = slices.count - listed.count
      throw IchorError(
        .badData, code: error.code,
        "\(counts) have no row in the label file:" + listed.joined(separator: ";")
          + (more > 0 ? "; and \(more) more" : ""),
        remedy: (slices.count == of
          ? "Compare the IDs: none of the \(labelledImages) labelled images is called as"
            + " \(first.id) is."
          : "Add their rows to the label file, or leave them out with"
            + " “--set labels.unlabelled=skip”.") + " All of them are in \(table.path).",
        at: labels.path)
    }
  }
}
