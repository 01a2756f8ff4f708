import ComputeGraph
import Diagnostics
import Models
import OneDNNBackend
import OracleWeights
import TensorCore
import Testing
import Vocabulary

/// Expected numbers: `python Tests/Oracles/smallest_inputs.py`, which looks for the smallest size
/// that timm's model takes.
@Suite(.serialized) struct SmallestInputTests {
  private static let expected: [(Architecture, Int, [Double])] = [
    (
      .resnet18, 1,
      [
        0.0607125203195, -0.19745180233, 0.275530510896, -0.175591588562, -0.142527617683,
        0.249257413302,
      ]
    ),
    (
      .resnet50, 1,
      [
        -0.65528159856, 0.0104443597756, -0.0487765096017, -0.639070957117, -1.12312949902,
        0.536502374058,
      ]
    ),
    (
      .densenet121, 29,
      [
        -0.0935909913359, 0.0569491482949, -0.30888498744, 0.0748084545207, 0.261792922607,
        0.0351284137558,
      ]
    ),
    (
      .dpn92, 1,
      [
        -0.63670872562, 0.663777100989, 0.457547367082, -0.308272652638, -0.054586634277,
        -0.308809043232,
      ]
    ),
  ]

  @Test(arguments: expected)
  func runs(_ architecture: Architecture, size: Int, logits: [Double]) throws {
    #expect(architecture.smallestExtent == size)
    let graph = try architecture.graph(channels: 1, height: size, width: size, classes: 6)
    let network = try OneDNN(threads: 2).compile(
      Program(graph, mode: .inference, batch: 1), precision: .f32)
    try network.load(ModelCase(architecture: architecture, channels: 1).weights(graph))
    let result = try network.logits(
      of: OracleWeights.input(batch: 1, channels: 1, size: size))
    let largest = logits.reduce(0) { max($0, abs($1)) }
    #expect(largestDifference(result, logits) <= 1e-5 * largest)
  }

  @Test(arguments: Architecture.allCases)
  func refusesLess(_ architecture: Architecture) throws {
    let size = architecture.smallestExtent
    let tooSmall = [
      (1, size - 1, size, 6), (1, size, size - 1, 6), (0, size, size, 6), (1, size, size, 0),
    ]
    for (channels, height, width, classes) in tooSmall {
      let error = #expect(throws: IchorError.self) {
        try architecture.graph(
          channels: channels, height: height, width: width, classes: classes)
      }
      #expect(error?.code == "input-too-small" && error?.kind == .configuration)
    }
  }
}
