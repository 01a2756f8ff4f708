import ComputeGraph
import Models
import OneDNNBackend
import OracleWeights
import TensorCore
import Testing
import Training

/// One forward and backward pass in training mode against timm's in float64, of
/// Tests/Oracles/timm_logits.py.
///
/// The yardstick of every number is what PyTorch's own float32 misses the float64 one by, times 3,
/// plus four units in the last place: where few numbers are summed, PyTorch's error may be nothing
/// by luck.
@Suite(.serialized) struct TrainingPassTests {
  private static let unitsInLastPlace = 4 * 0x1p-23

  @Test(arguments: ModelCase.all)
  func lossGradientsAndStatistics(_ model: ModelCase) throws {
    let fixture = try model.fixture()
    let expected = fixture.training
    let graph = try model.graph(fixture)
    let network = try OneDNNBackend(threads: 2).compile(
      Program(graph, mode: .training, batch: fixture.targets.count), precision: .f32)
    try network.load(model.weights(graph))
    var step = TrainingStep(
      network: network, loss: WeightedBinaryCrossEntropy(classWeights: fixture.classWeights))
    let targets = fixture.targets.flatMap { $0.map(Float.init) }
    let loss = try fixture.input.values.withUnsafeBufferPointer {
      try step.run(input: $0, targets: targets)
    }

    let logits = expected.logits.flatMap { $0 }
    let largest = logits.reduce(0) { max($0, abs($1)) }
    #expect(
      abs(loss - expected.loss)
        <= 3 * expected.float32LossError + Self.unitsInLastPlace * expected.loss)
    #expect(
      largestDifference(step.logits, logits)
        <= 3 * expected.float32LogitError + Self.unitsInLastPlace * largest)
    try check(try network.gradients(), expected.gradients)
    try check(try network.parameters(), expected.statistics)
  }

  /// With `e` the allowed L2 norm of the error: no element is off by more than `e`, neither is the
  /// norm, and the sum of n elements by no more than `e * sqrt(n)`.
  private func check(
    _ gradients: NamedTensors, _ expected: [String: ModelFixture.Gradient]
  ) throws {
    #expect(Set(gradients.names) == Set(expected.keys))
    for (name, gradient) in expected {
      let moments = Moments(try #require(gradients[name]).values)
      let allowed = 3 * gradient.float32Error + Self.unitsInLastPlace * gradient.norm
      #expect(abs(moments.norm - gradient.norm) <= allowed, "norm of \(name)")
      #expect(
        abs(moments.sum - gradient.sum) <= allowed * Double(moments.count).squareRoot(),
        "sum of \(name)")
      #expect(
        largestDifference(moments.first(gradient.first.count), gradient.first) <= allowed,
        "first elements of \(name)")
    }
  }

  /// A running statistic holds a tenth of the batch's, which is as exact as the activations: 1e-5
  /// of its size.
  private func check(
    _ parameters: NamedTensors, _ expected: [String: ModelFixture.Statistic]
  ) throws {
    for (name, statistic) in expected {
      let moments = Moments(try #require(parameters[name]).values)
      let size = moments.norm / Double(moments.count).squareRoot()
      #expect(
        abs(moments.sum - statistic.sum) <= 1e-5 * size * Double(moments.count), "sum of \(name)")
      #expect(
        largestDifference(moments.first(1), [statistic.first]) <= 1e-5 * size, "first of \(name)")
    }
  }

  private struct Moments {
    private let values: [Float]
    private(set) var sum = 0.0
    let norm: Double
    var count: Int { values.count }

    init(_ values: [Float]) {
      self.values = values
      var sum = 0.0
      var squares = 0.0
      values.withUnsafeBufferPointer { values in
        for value in values {
          let value = Double(value)
          sum += value
          squares += value * value
        }
      }
      self.sum = sum
      norm = squares.squareRoot()
    }

    func first(_ count: Int) -> [Float] { Array(values.prefix(count)) }
  }
}
