import TensorCore

/// Builds a `Graph` node by node, checking shapes as it goes.
///
/// A model's code is the only caller, so a shape that does not fit is a programmer's mistake.
/// `Operations/` has the call that appends each operation, with its shape rule.
public struct GraphBuilder {
  private var graph: Graph

  /// - Parameter input: channels and size of one sample.
  public init(name: String, input: FeatureShape) {
    graph = Graph(
      name: name, values: [input], parameters: [], nodes: [], input: ValueID(index: 0),
      output: ValueID(index: 0))
  }

  public var input: ValueID { graph.input }

  public subscript(value: ValueID) -> FeatureShape { graph[value] }

  /// The finished graph, whose result is `output`.
  public func finish(output: ValueID) -> Graph {
    // `builder.finish(output: builder.linear(…))` would finish the builder as it was before the
    // argument was evaluated.
    precondition(output.index < graph.values.count, "\(graph.name): the output is not built yet")
    var result = graph
    result.output = output
    return result
  }

  /// Adds a parameter to the model.
  mutating func parameter(
    _ name: String, _ dimensions: [Int], _ role: Parameter.Role
  ) -> ParameterID {
    graph.parameters.append(Parameter(name: name, shape: Shape(dimensions), role: role))
    return ParameterID(index: graph.parameters.count - 1)
  }

  /// Appends a node and the value that it writes.
  mutating func append(
    _ name: String, _ operation: Operation, _ inputs: [ValueID],
    parameters: [ParameterID] = [], shape: FeatureShape
  ) -> ValueID {
    precondition(
      shape.channels > 0 && shape.height > 0 && shape.width > 0,
      "\(graph.name): the input is too small: nothing is left of it at \(name)")
    graph.values.append(shape)
    let output = ValueID(index: graph.values.count - 1)
    graph.nodes.append(
      Node(
        name: name, operation: operation, inputs: inputs, parameters: parameters, output: output))
    return output
  }
}
