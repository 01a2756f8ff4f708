import ComputeGraph
import Models
import OneDNNBackend
import OracleWeights
import Testing
import Vocabulary

/// Logits in inference mode against timm's in float64, of Tests/Oracles/timm_logits.py.
@Suite(.serialized) struct InferenceTests {
  /// The largest error, relative to the largest logit.
  private func error(_ model: ModelCase, _ precision: Precision) throws -> Double {
    let fixture = try model.fixture()
    let graph = try model.graph(fixture)
    let expected = fixture.evaluation.logits.flatMap { $0 }
    let network = try OneDNN(threads: 2).compile(
      Program(graph, mode: .inference, batch: fixture.targets.count), precision: precision)
    try network.load(model.weights(graph))
    let largest = expected.reduce(0) { max($0, abs($1)) }
    return largestDifference(try network.logits(of: fixture.input), expected) / largest
  }

  /// 1e-5: some ten times what the order of float32 sums makes.
  @Test(arguments: ModelCase.all)
  func logitsInSinglePrecision(_ model: ModelCase) throws {
    #expect(try error(model, .f32) <= 1e-5)
  }

  /// 3e-2: bfloat16 keeps 8 bits, and the rounding of some fifty layers adds up.
  @Test(.enabled(if: OneDNN(threads: 2).supports(.bf16)), arguments: ModelCase.all)
  func logitsInBFloat16(_ model: ModelCase) throws {
    #expect(try error(model, .bf16) <= 3e-2)
  }
}
