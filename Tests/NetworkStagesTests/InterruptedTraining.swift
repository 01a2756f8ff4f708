import ComputeGraph
import Foundation
import LogCapture
import Metrics
import PipelineContract
import TensorCore
import TestFolders
import Vocabulary

@testable import NetworkStages
@testable import Training

/// What a training has left in its folder when it is interrupted after some epochs: written by the
/// code that writes it, with numbers in place of a network's.
struct InterruptedTraining {
  let folder: TemporaryFolder
  let lines = LoggedLines()

  static let graph: Graph = {
    var builder = GraphBuilder(
      name: "toy", input: FeatureShape(channels: 1, height: 8, width: 8))
    let value = builder.convolutionBlock(
      builder.input, convolution: "conv1", normalization: "bn1", channels: 4, kernel: 3)
    let pooled = builder.globalAveragePooling(value, name: "pool")
    let logits = builder.linear(pooled, name: "fc", outputs: 6)
    return builder.finish(output: logits)
  }()

  /// - Parameter best: for each epoch whether it was the best so far.
  init(best: [Bool]) throws {
    folder = try TemporaryFolder()
    let journal = try TrainingJournal(
      folder: folder.url, graph: Self.graph, stepsPerEpoch: 10, epochs: 9, finished: 0,
      logger: lines.logger)
    var position = TrainingPosition()
    for (epoch, isBest) in best.enumerated() {
      if isBest { position.bestScore = 1 - Double(epoch) / 10 }
      try journal.events.epochFinished(
        Self.record(epoch + 1), Self.parameters(epoch + 1), isBest)
      position.epoch = epoch + 1
      try journal.events.checkpoint(
        TrainingState(parameters: Self.parameters(epoch + 1), position: position))
    }
  }

  /// The network after an epoch.
  static func parameters(_ epoch: Int) -> NamedTensors {
    HeNormalInitialization.parameters(of: graph, seed: UInt64(epoch))
  }

  private static func record(_ epoch: Int) -> EpochRecord {
    let scored = ScoredSlices(
      probabilities: [0.5, 0.5, 0.25, 0.125, 0.5, 0.75], targets: [1, 0, 0, 0, 0, 1], labelCount: 6)
    return EpochRecord(
      epoch: epoch, phase: "sgd", learningRate: 0.1, trainLoss: 1 / Double(epoch),
      validation: Evaluation(scored, metric: .competition()), leaky: false, skill: 0.5,
      imagesPerSecond: 10, dataWait: 0.1)
  }

  func file(_ name: String) -> URL { folder.url.appendingPathComponent(name) }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name).path)
  }

  func change(_ name: String, _ change: (inout Data) -> Void) throws {
    var bytes = try Data(contentsOf: file(name))
    change(&bytes)
    // A new file, as the old one may have two names.
    try FileManager.default.removeItem(at: file(name))
    try bytes.write(to: file(name))
  }

  /// The state that a resumed run begins with.
  func resumed() throws -> TrainingState? {
    try TrainingResume(
      folder: folder.url, graph: Self.graph, stepsPerEpoch: 10, logger: lines.logger
    ).state()
  }
}
