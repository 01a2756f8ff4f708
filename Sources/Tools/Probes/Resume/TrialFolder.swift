import DurableFiles
import Diagnostics
import Foundation
import PipelineContract

/// A separate artifacts folder for one training, with links to the finished artifacts that the
/// training reads.
final class TrialFolder {
  let layout: ArtifactLayout
  let instance: StageInstance
  /// What its runs are started with besides what all are.
  var options: [String] = []
  private let root: URL
  /// The beginnings of a training that was finished before its settings changed.
  private var past: [StepPosition] = []

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

  /// Where the runs of this folder began, one after the other, according to their logs.
  var beginnings: [StepPosition] {
    let staged = layout.staging(instance).appendingPathComponent(ArtifactLayout.log)
    let published = layout.file(ArtifactLayout.log, of: instance)
    if let own = try? beginnings(in: staged) { return past + own }
    let own = (try? beginnings(in: published)) ?? []
    // Until the longer training is published, that is still the log of the shorter one.
    return own == past ? past : past + own
  }

  private func beginnings(in log: URL) throws -> [StepPosition] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
      .compactMap { StepPosition(logLine: $0) }
  }

  /// Remembers where runs began: a training that is done goes on with a log of its own.
  func keepBeginnings() {
    if isPublished { past = beginnings }
  }

  /// Names of checkpoints that are being written, or that a kill left unfinished.
  var unfinishedCheckpoints: Set<String> {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: layout.staging(instance).path)
    let beginnings = [ArtifactLayout.Train.last, ArtifactLayout.Train.best].map { ".\($0)." }
    return Set((names ?? []).filter { name in beginnings.contains { name.hasPrefix($0) } })
  }
}
