import Foundation
import OracleWeights
import TensorCore
import Testing

/// Expected numbers: `python Tests/Oracles/oracle_weights.py`.
@Suite struct OracleWeightsTests {
  @Test func inputEqualsPython() {
    let tensor = OracleWeights.tensor(name: "input", shape: [1000], range: -1...1)
    #expect(
      [0, 1, 2, 999].map { Double(tensor.values[$0]) } == [
        -0.8043633103370667, -0.7050427794456482, 0.1481688916683197, 0.18271532654762268,
      ])
    let sum = tensor.values.reduce(0) { $0 + Double($1) }
    #expect(abs(sum - -12.216941616672557) < 1e-9)
    #expect(OracleWeights.value(name: "input", index: 999, range: -1...1) == tensor.values[999])
  }

  @Test func rangesFollowTheKindOfTensor() throws {
    let state = OracleWeights.stateDictionary(shapes: [
      ("conv1.weight", [64, 3, 7, 7]), ("layer1.0.bn1.running_var", [1000]),
      ("layer1.0.bn1.running_mean", [4]), ("layer1.0.bn1.weight", [200]), ("fc.bias", [200]),
      ("layer1.0.bn1.num_batches_tracked", []),
    ])
    let conv = try #require(state["conv1.weight"]).values
    #expect(
      [0, 1, 9407].map { Double(conv[$0]) } == [
        0.01287856511771679, -0.12148149311542511, -0.05197915807366371,
      ])
    let variance = try #require(state["layer1.0.bn1.running_var"]).values
    #expect(
      [0, 1, 2, 999].map { Double(variance[$0]) } == [
        1.1462410688400269, 1.3330401182174683, 1.3175517320632935, 1.0350240468978882,
      ])
    let scale = try #require(state["layer1.0.bn1.weight"]).values
    #expect(scale.allSatisfy { (0.5...1.5).contains($0) } && scale.contains { $0 > 1.3 })
    let bias = try #require(state["fc.bias"]).values
    #expect(bias.allSatisfy { abs($0) <= 0.1 } && bias.contains { $0 < -0.08 })
    #expect(state["layer1.0.bn1.num_batches_tracked"]?.values == [0])
  }

  @Test(arguments: ["resnet18", "resnet50", "densenet121", "dpn92"], [1, 3])
  func fixturesAreReadable(model: String, channels: Int) throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "ModelsTests/Fixtures")
    let fixture = try ModelFixture(
      contentsOf: fixtures.appending(path: "\(model)-c\(channels).json"))
    #expect(fixture.model == model && fixture.channels == channels)
    #expect(fixture.evaluation.logits.count == 2 && fixture.evaluation.logits[1].count == 6)
    let parameters = fixture.training.gradients.keys
    #expect(parameters.allSatisfy { fixture.shapes[$0] != nil })
    #expect(
      fixture.shapes.count
        == parameters.count + fixture.training.statistics.count * 3 / 2)
  }
}
