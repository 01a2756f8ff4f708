import TensorCore

/// One tensor that flows through a graph. Index into `Graph.values`.
public struct ValueID: Hashable, Sendable {
  package let index: Int
}

/// One learned or tracked tensor of a model. Index into `Graph.parameters`.
package struct ParameterID: Hashable, Sendable {
  package let index: Int
}

/// The shape of a value without its batch dimension: `[channels, height, width]`.
public struct FeatureShape: Hashable, Sendable, CustomStringConvertible {
  public let channels: Int
  public let height: Int
  public let width: Int

  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  public var elementCount: Int { channels * height * width }
  public var description: String { "[\(channels), \(height), \(width)]" }
}

/// A tensor that belongs to the model rather than to a batch; its name is the checkpoint key.
public struct Parameter: Hashable, Sendable {
  public enum Role: Hashable, Sendable {
    /// Convolution `[out, in / groups, kernel, kernel]`, linear `[out, in]` or `[out, in, 1, 1]`.
    case weight
    case bias
    /// Batch normalisation's gamma and beta.
    case scale, shift
    /// Statistics that a forward pass in training updates and no gradient reaches.
    case runningMean, runningVariance
  }
  public let name: String
  public let shape: Shape
  public let role: Role

  /// Whether gradient descent changes it.
  public var isTrainable: Bool { role != .runningMean && role != .runningVariance }
}

/// One operation applied to values and parameters.
package struct Node: Sendable {
  package let name: String
  package let operation: Operation
  package let inputs: [ValueID]
  package let parameters: [ParameterID]
  package let output: ValueID
}

/// A model as a static graph of operations in execution order, independent of batch size and
/// backend.
public struct Graph: Sendable {
  public let name: String
  /// Shape of every value without the batch dimension.
  package internal(set) var values: [FeatureShape]
  public internal(set) var parameters: [Parameter]
  package internal(set) var nodes: [Node]
  public internal(set) var input: ValueID
  public internal(set) var output: ValueID

  public subscript(value: ValueID) -> FeatureShape { values[value.index] }
  package subscript(parameter: ParameterID) -> Parameter { parameters[parameter.index] }

  /// The nodes that read each value, by value.
  var consumers: [[Int]] {
    var result = [[Int]](repeating: [], count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { result[input.index].append(index) }
    }
    return result
  }

  /// Multiply-accumulate operations in the convolutions and linear layers of one sample's forward
  /// pass.
  package var multiplyAccumulates: Int {
    nodes.reduce(0) { sum, node in
      switch node.operation {
      case .convolution, .linear:
        let weight = self[node.parameters[0]].shape.elementCount
        let shape = self[node.output]
        return sum + weight * shape.height * shape.width
      default: return sum
      }
    }
  }
}
