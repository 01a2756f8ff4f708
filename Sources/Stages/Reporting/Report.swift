import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import PipelineContract

/// The report stage: one self-contained page, without network and without scripts.
package enum Report {
  /// What was written.
  package struct Summary: Sendable, Equatable {
    package let pictures: Int
    package let bytes: Int
    /// Sentences about predictors that don't beat their floor; empty where all do.
    package let failures: [String]
  }

  /// Writes `index.html`.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where an artifact is missing, `.badData` where it is
  ///   not what its stage writes, `.cannotCreate` or `.inputOutput` where the page can't be
  ///   written; `CancelledBySignal`.
  @discardableResult
  package static func write(
    _ layout: ArtifactLayout, _ configuration: Configuration, into staging: URL,
    context: JobContext
  ) throws -> Summary {
    let data = try ReportData(layout: layout, configuration: configuration, context: context)
    let pictures = try SliceGallery(data, context: context)
    let page = Data(ReportPage(data: data, pictures: pictures).html.text.utf8)
    let file = staging.appendingPathComponent(ArtifactLayout.Report.index)
    do {
      try page.write(to: file)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "report-unwritable", "the report can't be written",
        remedy: "Check the folder's permissions and the room on the disk.", at: file.path,
        cause: error)
    }
    let omissions = data.omissions + pictures.omissions
    let failures = WarningSection(data: data, omissions: omissions).failures
    for sentence in failures + omissions { context.logger.warning("\(sentence)") }
    return Summary(pictures: pictures.count, bytes: page.count, failures: failures)
  }
}
