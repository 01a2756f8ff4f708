import DurableFiles
import Diagnostics
import Foundation
import PipelineContract

/// A separate artifacts folder for one training, with links to the finished artifacts that the
/// training reads.
final class TrialFolder {
  let layout: ArtifactLayout
  let instance: StageInstance
  private let root: URL

  /// - Throws: `inputMissing` where an artifact is missing; `cannotCreate` where the folder can't
  ///   be made.
  init(for instance: StageInstance, reading inputs: [StageInstance], of source: ArtifactLayout)
    throws
  {
    self.instance = instance
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("ichor-resume-\(UUID().uuidString)", isDirectory: true)
    layout = ArtifactLayout(root: root)
    for input in inputs {
      guard FileManager.default.fileExists(atPath: source.manifest(input).path) else {
        throw IchorError(
          .inputMissing, code: "artifact-missing", "There is no artifact \(input)",
          remedy: "Make it with “./ichor run \(input)”.", at: source.directory(input).path)
      }
      let link = layout.directory(input)
      try DurableFile.createFolder(link.deletingLastPathComponent())
      do {
        try FileManager.default.createSymbolicLink(
          at: link, withDestinationURL: source.directory(input).resolvingSymlinksInPath())
      } catch {
        throw IchorError(
          IchorError.Kind(writing: error), code: "link", "\(link.path) cannot be made",
          remedy: "Check the folder for temporary files.", cause: error)
      }
    }
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  /// Whether the training is finished.
  var isPublished: Bool {
    FileManager.default.fileExists(atPath: layout.manifest(instance).path)
  }

  /// Where the runs of this folder began, one after the other, according to their log.
  var beginnings: [StepPosition] {
    let staged = layout.staging(instance).appendingPathComponent(ArtifactLayout.log)
    let published = layout.file(ArtifactLayout.log, of: instance)
    let text =
      (try? String(contentsOf: staged, encoding: .utf8))
      ?? (try? String(contentsOf: published, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { StepPosition(logLine: $0) }
  }

  /// Names of checkpoints that are being written, or that a kill left unfinished.
  var unfinishedCheckpoints: Set<String> {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: layout.staging(instance).path)
    let beginnings = [ArtifactLayout.Train.last, ArtifactLayout.Train.best].map { ".\($0)." }
    return Set((names ?? []).filter { name in beginnings.contains { name.hasPrefix($0) } })
  }
}
