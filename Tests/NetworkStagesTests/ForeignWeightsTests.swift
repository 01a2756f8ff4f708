import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import LogCapture
import Models
import TensorCore
import TestFolders
import Testing
import Training
import Vocabulary

@testable import NetworkStages

/// Files as other programs write them.
@Suite struct ForeignWeightsTests {
  private let folder: TemporaryFolder
  private let graph: Graph
  private let weights: NamedTensors
  private let log = LoggedLines()

  init() throws {
    folder = try TemporaryFolder()
    graph = try Architecture.resnet18.graph(channels: 1, height: 32, width: 32, classes: 6)
    weights = HeNormalInitialization.parameters(of: graph, seed: 1)
  }

  private func start(_ name: String = "w.safetensors") throws -> NamedTensors {
    try InitialWeights.make(
      for: graph, of: .resnet18, from: folder.url.appendingPathComponent(name), seed: 2,
      logger: log.logger)
  }

  private func write(_ tensors: NamedTensors, metadata: [String: String] = [:]) throws {
    try SafeTensors.write(
      tensors, metadata: metadata, to: folder.url.appendingPathComponent("w.safetensors"))
  }

  private func renamed(_ name: (String) -> String) -> NamedTensors {
    NamedTensors(weights.map { (name($0.name), $0.tensor) })
  }

  @Test(arguments: ["", "module.", "model.", "_orig_mod.", "module._orig_mod.", "model.module."])
  func prefixesOfWrappersAreTakenOff(_ prefix: String) throws {
    try write(renamed { prefix + $0 })
    let loaded = try start()
    for (name, tensor) in weights { #expect(loaded[name] == tensor) }
    #expect(log.texts.contains { $0.contains("“\(prefix)” is taken off") } == !prefix.isEmpty)
  }

  @Test func aPrefixThatOnlySomeNamesHaveStays() throws {
    try write(renamed { $0 == "fc.bias" ? $0 : "module.\($0)" })
    #expect(throws: IchorError.self) { try start() }
  }

  @Test func aMissingNameIsShownBesideTheOneThatResemblesIt() throws {
    try write(renamed { $0 == "layer2.0.conv1.weight" ? "layer2.0.cnv1.weight" : $0 })
    let error = #expect(throws: IchorError.self) { try start() }
    #expect(error?.code == "weights-mismatch")
    #expect(
      error?.message.contains("“layer2.0.conv1.weight” [128, 64, 3, 3] is missing, the file has")
        == true)
    #expect(error?.message.contains("“layer2.0.cnv1.weight”") == true)
  }

  /// What `torch.save({"a": torch.zeros(1)}, …)` begins with in PyTorch 2.13, and with
  /// `_use_new_zipfile_serialization=False`.
  @Test(arguments: [[0x50, 0x4B, 0x03, 0x04], [0x80, 0x02, 0x8A, 0x0A]] as [[UInt8]])
  func aFileOfPyTorchIsNamedAsOne(_ head: [UInt8]) throws {
    try Data(head + [UInt8](repeating: 7, count: 500))
      .write(to: folder.url.appendingPathComponent("r.pth"))
    let error = #expect(throws: IchorError.self) { try start("r.pth") }
    #expect(error?.kind == .badData && error?.code == "weights-of-pytorch")
    #expect(error?.remedy.contains("import torch, safetensors.torch") == true)
    #expect(error?.remedy.contains("torch.load(\"r.pth\"") == true)
    #expect(error?.remedy.contains("\"r.safetensors\"") == true)
  }

  @Test func aCheckpointPointsToTheWeightsBesideIt() throws {
    let file = folder.url.appendingPathComponent("w.safetensors")
    try TrainingCheckpoint.write(TrainingState(parameters: weights), stepsPerEpoch: 3, to: file)
    let error = #expect(throws: IchorError.self) { try start() }
    #expect(error?.code == "weights-of-a-checkpoint")
    #expect(error?.remedy.contains("best.safetensors") == true)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aTensorThatIsNotFiniteIsNamed(_ value: Float) throws {
    var broken = weights
    broken["layer1.0.bn1.running_mean"]?.values[5] = value
    try write(broken)
    let error = #expect(throws: IchorError.self) { try start() }
    #expect(error?.kind == .badData && error?.code == "weights-not-finite")
    #expect(error?.message.contains("“layer1.0.bn1.running_mean”") == true)
  }

  /// The names of torchvision's densenet121-a639ec97.pth, such as
  /// `features.denseblock1.denselayer1.norm.1.weight`.
  @Test func oldDenseNetsHaveTheirNamesMended() throws {
    let dense = try Architecture.densenet121.graph(channels: 1, height: 32, width: 32, classes: 6)
    let weights = HeNormalInitialization.parameters(of: dense, seed: 1)
    let old = NamedTensors(
      weights.map { name, tensor in
        (name.replacing(/(denselayer\d+\.(?:norm|conv))([12])/) { "\($0.1).\($0.2)" }, tensor)
      })
    #expect(old["features.denseblock1.denselayer1.norm.1.weight"] != nil)
    try write(old)
    let loaded = try InitialWeights.make(
      for: dense, of: .densenet121, from: folder.url.appendingPathComponent("w.safetensors"),
      seed: 2, logger: log.logger)
    for (name, tensor) in weights { #expect(loaded[name] == tensor) }
  }
}
