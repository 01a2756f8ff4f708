import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Finds out whether a slice or an artifact is asked for, and describes it.
package struct Showing {
  private let pipeline: Pipeline

  package init(_ pipeline: Pipeline) { self.pipeline = pipeline }

  /// - Parameters:
  ///   - subject: a slice's ID, `STAGE` or `STAGE/INSTANCE`; `nil` for every artifact.
  ///   - folder: where a slice's pictures are written to; `nil` for nowhere.
  /// - Throws: `IchorError`: `.usage` for a stage with a folder or an unknown instance,
  ///   `.inputMissing` where nothing has the name, `.badData` where a file is damaged,
  ///   `.cannotCreate` or `.inputOutput` where a picture can't be written.
  package func text(for subject: String?, extractingTo folder: URL?) throws -> String {
    guard let subject else {
      let graph = pipeline.graph
      let present = try graph.instances.filter {
        try FileStatus.of(pipeline.layout.manifest($0)) != nil
      }
      if present.isEmpty { return "There is no artifact yet; “./ichor run” makes them." }
      return try present.map { try ArtifactSummary($0, in: pipeline.layout).text }
        .joined(separator: "\n\n")
    }
    let first = subject.split(separator: "/").first.map(String.init) ?? subject
    guard Stage(rawValue: first) == nil else {
      if folder != nil {
        throw IchorError(
          .usage, code: "extract-artifact", "--extract needs a slice, but “\(subject)” is a stage",
          remedy: "Give the slice's ID.")
      }
      return try ArtifactSummary.named(subject, in: pipeline).map(\.text)
        .joined(separator: "\n\n")
    }
    let slice = try SliceRecord(id: subject, in: pipeline)
    guard let folder else { return slice.text }
    let pictures = try slice.extract(to: folder)
    return ([slice.text] + pictures.map { "  wrote \($0.path)" }).joined(separator: "\n")
  }
}
