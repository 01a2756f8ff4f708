import DurableFiles
import Diagnostics
import Foundation
import PipelineContract

/// An artifacts folder of its own for one training, with links to the finished artifacts that the
/// training reads.
final class TrialFolder {
  let layout: ArtifactLayout
  let instance: StageInstance
  private let root: URL

  /// - Throws: `inputMissing` where an artifact is not there; `cannotCreate`.
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
          remedy: "Make it with “./ichor run \(input)”", at: source.directory(input).path)
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

  /// Where the trainings of this folder began, one after the other, from their log.
  var beginnings: [TrainingPosition] {
    let staged = layout.staging(instance).appendingPathComponent(ArtifactLayout.log)
    let published = layout.file(ArtifactLayout.log, of: instance)
    let text =
      (try? String(contentsOf: staged, encoding: .utf8))
      ?? (try? String(contentsOf: published, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { TrainingPosition(logLine: $0) }
  }

  /// Names of checkpoints that are being written, or that a kill left unfinished.
  var unfinishedCheckpoints: Set<String> {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: layout.staging(instance).path)
    let beginnings = [ArtifactLayout.Train.last, ArtifactLayout.Train.best].map { ".\($0)." }
    return Set((names ?? []).filter { name in beginnings.contains { name.hasPrefix($0) } })
  }
}

/// Where a training stands: steps of earlier epochs are counted in `step` only through `overall`.
struct TrainingPosition: Equatable, CustomStringConvertible {
  let epoch: Int
  let step: Int
  let stepsPerEpoch: Int

  /// Optimiser steps from the beginning.
  var overall: Int { epoch * stepsPerEpoch + step }

  var description: String { "\(epoch + 1)/\(step)" }

  init(overall: Int, stepsPerEpoch: Int) {
    epoch = overall / stepsPerEpoch
    step = overall % stepsPerEpoch
    self.stepsPerEpoch = stepsPerEpoch
  }

  private struct LogLine: Decodable {
    let metadata: [String: String]
  }

  /// The line of `log.jsonl` that a training begins with carries its position; others are `nil`.
  init?(logLine: some StringProtocol) {
    guard let line = try? JSONDecoder().decode(LogLine.self, from: Data(logLine.utf8)),
      let epoch = line.metadata["epoch"].flatMap({ Int($0) }),
      let step = line.metadata["step"].flatMap({ Int($0) }),
      let steps = line.metadata["steps_per_epoch"].flatMap({ Int($0) }), steps > 0
    else { return nil }
    self.epoch = epoch
    self.step = step
    stepsPerEpoch = steps
  }
}
