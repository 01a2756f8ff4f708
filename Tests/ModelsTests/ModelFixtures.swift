import ComputeGraph
import Foundation
import Models
import OracleWeights
import Synchronization
import TensorCore
import Testing
import Vocabulary

/// A fixture of this folder with its model and its weights.
struct ModelCase: CustomTestStringConvertible, Sendable {
  let architecture: Architecture
  let channels: Int
  /// Whether some layers are frozen, those of the fixture.
  var isFrozen = false

  static let all = Architecture.allCases.flatMap { architecture in
    [1, 3].map { ModelCase(architecture: architecture, channels: $0) }
  }

  static let partlyFrozen = [Architecture.resnet18, .densenet121, .dpn92].map {
    ModelCase(architecture: $0, channels: 1, isFrozen: true)
  }

  var testDescription: String {
    "\(architecture.rawValue), \(channels) channels\(isFrozen ? ", partly frozen" : "")"
  }

  func fixture() throws -> ModelFixture {
    let suffix = isFrozen ? "-frozen" : ""
    return try ModelFixture(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/\(architecture.rawValue)-c\(channels)\(suffix).json"))
  }

  func graph(_ fixture: ModelFixture) throws -> Graph {
    try architecture.graph(
      channels: channels, height: fixture.size, width: fixture.size, classes: fixture.classes)
  }

  /// `OracleWeights` for every parameter of the graph.
  func weights(_ graph: Graph) -> NamedTensors {
    let names = Set(graph.parameters.map(\.name))
    return NamedTensors(
      graph.parameters.map { parameter in
        (parameter.name, Self.tensors.tensor(parameter, among: names))
      })
  }

  private static let tensors = TensorCache()
}

/// Tensors by name and shape. Models of one and of three channels share all but the stem, and
/// millions of values take seconds where the compiler does not optimise.
private final class TensorCache: Sendable {
  private let known = Mutex<[Parameter: HostTensor]>([:])

  func tensor(_ parameter: Parameter, among names: Set<String>) -> HostTensor {
    if let tensor = known.withLock({ $0[parameter] }) { return tensor }
    let tensor = OracleWeights.tensor(
      name: parameter.name, shape: parameter.shape,
      range: OracleWeights.range(parameter.name, parameter.shape, names))
    known.withLock { $0[parameter] = tensor }
    return tensor
  }
}

extension CompiledNetwork {
  /// One forward pass of a whole batch.
  func logits(of input: HostTensor) throws -> [Float] {
    let shape = program.graph[program.graph.output]
    var logits = [Float](repeating: .nan, count: program.batch * shape.channels)
    try input.values.withUnsafeBufferPointer { input in
      try logits.withUnsafeMutableBufferPointer { try forward(input, logits: $0) }
    }
    return logits
  }
}

/// The largest absolute difference; infinite where the counts differ or a value is not a number.
func largestDifference(_ values: [Float], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  return zip(values, expected).reduce(0) { largest, pair in
    let difference = abs(Double(pair.0) - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
