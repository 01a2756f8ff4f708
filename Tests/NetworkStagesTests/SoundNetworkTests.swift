import Diagnostics
import Foundation
import Models
import SliceLoading
import TensorCore
import TestFolders
import Testing
import Training
import Vocabulary

@testable import NetworkStages

/// Slices whose bytes are given; nothing decodes them.
private struct Pictures: SliceSource {
  let bytes: [[UInt8]]
  var count: Int { bytes.count }

  func readPNG(at index: Int, into bytes: inout [UInt8]) throws { bytes = self.bytes[index] }
}

@Suite struct SoundNetworkTests {
  private let weights = URL(filePath: "/best.safetensors")

  private func part(
    _ pictures: [UInt8], logits: [[Float]], _ probabilities: [[Double]]? = nil
  ) -> PredictedSlices {
    PredictedSlices(
      dataset: SliceDataset(
        source: Pictures(bytes: pictures.map { [$0] }), ids: pictures.indices.map { "ID_\($0)" }),
      logits: logits.flatMap(\.self),
      probabilities: probabilities?.flatMap(\.self)
        ?? logits.flatMap { $0.map { 1 / (1 + exp(-Double($0))) } })
  }

  private static let row: [Float] = [0.5, -3, -2, -1, -4, 0.25]

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aLogitThatIsNotFiniteNamesSliceAndLabel(_ value: Float) throws {
    var bad = Self.row
    bad[2] = value
    let error = #expect(throws: IchorError.self) {
      try part([1, 2, 3], logits: [Self.row, bad, Self.row]).requireFinite("tiny", weights: weights)
    }
    #expect(error?.kind == .badData && error?.code == "logits-not-finite")
    #expect(error?.message.contains("tiny gives slice ID_1 the logit \(value)") == true)
    #expect(error?.message.contains("intraparenchymal") == true)
    #expect(error?.location == weights.path)
  }

  @Test func outputsThatDifferByABitAreEnough() throws {
    var other = Self.row
    for index in other.indices { other[index] = other[index].nextUp }
    try PredictedSlices.requireVariation(
      [part([1], logits: [Self.row]), part([2], logits: [other])], "tiny", weights: weights)
  }

  @Test func aConstantOutputIsRefused() throws {
    let error = #expect(throws: IchorError.self) {
      try PredictedSlices.requireVariation(
        [part([1, 2], logits: [Self.row, Self.row]), part([3], logits: [Self.row])], "tiny",
        weights: weights)
    }
    #expect(error?.kind == .badData && error?.code == "output-constant")
    #expect(error?.message.contains("tiny") == true && error?.message.contains("any") == true)
  }

  /// Logits too low for any probability, as after a bias of -1e30.
  @Test func oneLabelIsEnough() throws {
    let rows: [[Float]] = (0..<4).map { place in
      var row = Self.row.map { $0 + Float(place) / 8 }
      row[5] = -1e30 * Float(place + 1)
      return row
    }
    let error = #expect(throws: IchorError.self) {
      try PredictedSlices.requireVariation(
        [part([1, 2, 3, 4], logits: rows)], "tiny", weights: weights)
    }
    #expect(error?.message.contains("the probability 0.0 of subdural") == true)
  }

  @Test func equalPicturesMayHaveEqualOutputs() throws {
    try PredictedSlices.requireVariation(
      [part([7, 7], logits: [Self.row, Self.row]), part([7], logits: [Self.row])], "tiny",
      weights: weights)
    try PredictedSlices.requireVariation(
      [part([7], logits: [Self.row]), part([], logits: [])], "tiny", weights: weights)
  }

  @Test func weightsAreChecked() throws {
    let graph = InterruptedTraining.graph
    let good = InterruptedTraining.parameters(1)
    // Without `num_batches_tracked`, as of PyTorch before 0.4.1.
    try NetworkWeights.require(good, for: graph, file: weights)
    for (name, value, code) in [
      ("fc.bias", Float.nan, "weights-not-finite"),
      ("conv1.weight", .infinity, "weights-not-finite"),
      ("bn1.running_var", -1, "weights-variance-negative"),
      ("bn1.running_var", .nan, "weights-not-finite"),
    ] {
      var bad = good
      bad[name]?.values[0] = value
      let error = #expect(throws: IchorError.self) {
        try NetworkWeights.require(bad, for: graph, file: weights)
      }
      #expect(error?.kind == .badData && error?.code == code)
      #expect(error?.message.contains(name) == true && error?.location == weights.path)
    }
  }

  /// numpy: `numpy.float32(3.395e38).view('uint32') >> 16` is 0x7f7f, the greatest bf16; PyTorch's
  /// `torch.tensor(3.3999e38).bfloat16()` is infinite.
  @Test func whatThePrecisionCannotHoldIsRefused() throws {
    let graph = InterruptedTraining.graph
    var large = InterruptedTraining.parameters(1)
    large["fc.weight"]?.values[2] = -3.3999e38
    try NetworkWeights.require(large, for: graph, file: weights)
    let error = #expect(throws: IchorError.self) {
      try NetworkWeights.require(large, for: graph, file: weights, precision: .bf16)
    }
    #expect(error?.code == "weights-not-finite")
    #expect(error?.message.contains("“fc.weight” holds -3.3999e+38 at place 2") == true)
  }

  /// Each number is finite, but 1e38 / sqrt(0 + 1e-5) is not: prediction would compute with infinity,
  /// and a ReLU hide it.
  @Test func whatPredictionMultipliesIsLookedAt() throws {
    var bad = InterruptedTraining.parameters(1)
    bad["bn1.weight"]?.values[1] = 1e38
    try NetworkWeights.require(bad, for: InterruptedTraining.graph, file: weights)
    bad["bn1.running_var"]?.values[1] = 0
    let error = #expect(throws: IchorError.self) {
      try NetworkWeights.require(bad, for: InterruptedTraining.graph, file: weights)
    }
    #expect(error?.code == "weights-not-finite" && error?.location == weights.path)
    #expect(error?.message.contains("“conv1.weight”") == true)
    #expect(error?.message.contains("“bn1.weight”, “bn1.running_var”") == true)
  }

  /// DenseNet's normalisations come before convolutions and are not multiplied with them.
  @Test func aNormalisationOfItsOwnIsLookedAt() throws {
    let graph = try Architecture.densenet121.graph(channels: 1, height: 32, width: 32, classes: 6)
    var bad = HeNormalInitialization.parameters(of: graph, seed: 1)
    try NetworkWeights.require(bad, for: graph, file: weights)
    let name = "features.denseblock2.denselayer1.norm1"
    bad["\(name).weight"]?.values[3] = 1e38
    bad["\(name).running_var"]?.values[3] = 0
    let error = #expect(throws: IchorError.self) {
      try NetworkWeights.require(bad, for: graph, file: weights)
    }
    #expect(error?.message.hasPrefix("“\(name).weight”, “\(name).running_var”") == true)
  }
}
