/// One tensor of the backward pass: the gradient of the loss with respect to a value, or a part of
/// it where the value has several consumers. Index into `Program.gradients`.
package struct GradientID: Hashable, Sendable {
  package let index: Int
}

/// A graph scheduled for one batch size and mode: the list that a backend lowers.
///
/// Every value and gradient is written by exactly one step, so a tensor lives from that step to
/// its last reader and memory can be planned over the whole program.
public struct Program: Sendable {
  public enum Mode: Hashable, Sendable { case training, inference }

  package enum Step: Hashable, Sendable {
    /// Runs a node.
    case forward(node: Int)
    /// Runs a node's gradient rule: reads the gradient of its output, writes those of its
    /// trainable parameters and of its inputs (`nil` where nothing needs one). What lies before
    /// the first parameter that is not frozen has no backward step, and its gradients stay 0.
    case backward(node: Int, output: GradientID, inputs: [GradientID?])
    /// `destination = sum of sources`, zero where the value `mask` is not positive.
    case gradientSum(sources: [GradientID], destination: GradientID, mask: ValueID?)
    /// Joins the gradients of a value's channel slices.
    case gradientConcatenation(sources: [GradientID], destination: GradientID)
  }

  /// The fused graph.
  public let graph: Graph
  public let mode: Mode
  public let batch: Int
  /// The forward steps, then, in training, the backward ones.
  package private(set) var steps: [Step] = []
  /// The value that each gradient belongs to.
  package private(set) var gradients: [ValueID] = []
  /// Where the caller's gradient of the logits enters; `nil` in inference.
  package private(set) var outputGradient: GradientID?

  /// - Parameter frozen: names of parameters that nobody wants gradients of.
  /// - Precondition: `batch > 0`.
  public init(_ graph: Graph, mode: Mode, batch: Int, frozen: Set<String> = []) {
    precondition(batch > 0, "a program needs a batch of at least one")
    self.graph = graph.fused(for: mode)
    self.mode = mode
    self.batch = batch
    steps = self.graph.nodes.indices.map { .forward(node: $0) }
    if mode == .training { scheduleBackward(frozen) }
  }

  private mutating func gradient(of value: ValueID) -> GradientID {
    gradients.append(value)
    return GradientID(index: gradients.count - 1)
  }

  /// Walks the nodes backwards. A value's gradient is complete once all its consumers have been
  /// visited, which the order guarantees by the time its producer comes up.
  private mutating func scheduleBackward(_ frozen: Set<String>) {
    let isNeeded = valuesToDifferentiate(frozen)
    var contributions = [[GradientID]](repeating: [], count: graph.values.count)
    var slices = [[(start: Int, gradient: GradientID)]](repeating: [], count: graph.values.count)
    let seed = gradient(of: graph.output)
    outputGradient = seed
    contributions[graph.output.index] = [seed]

    for (index, node) in graph.nodes.enumerated().reversed() {
      assembleSlices(of: node.output, slices[node.output.index], into: &contributions)
      let sources = contributions[node.output.index]
      guard !sources.isEmpty else { continue }
      let rule = node.operation.gradientRule
      let mask = rule == .passedOn(masked: true) ? node.output : nil
      var complete = sources[0]
      if sources.count > 1 || mask != nil {
        complete = gradient(of: node.output)
        steps.append(.gradientSum(sources: sources, destination: complete, mask: mask))
      }
      switch rule {
      case .passedOn:
        for input in node.inputs where isNeeded[input.index] {
          contributions[input.index].append(complete)
        }
      case .part(let start) where isNeeded[node.inputs[0].index]:
        slices[node.inputs[0].index].append((start, complete))
      case .part: break
      case .computed:
        let inputs = node.inputs.map { isNeeded[$0.index] ? gradient(of: $0) : nil }
        steps.append(.backward(node: index, output: complete, inputs: inputs))
        for (input, part) in zip(node.inputs, inputs) {
          if let part { contributions[input.index].append(part) }
        }
      }
    }
  }

  /// Which values depend on a parameter that is trained.
  private func valuesToDifferentiate(_ frozen: Set<String>) -> [Bool] {
    var isNeeded = [Bool](repeating: false, count: graph.values.count)
    for node in graph.nodes {
      isNeeded[node.output.index] =
        node.inputs.contains { isNeeded[$0.index] }
        || node.parameters.contains {
          graph[$0].isTrainable && !frozen.contains(graph[$0].name)
        }
    }
    return isNeeded
  }

  private mutating func assembleSlices(
    of value: ValueID, _ parts: [(start: Int, gradient: GradientID)],
    into contributions: inout [[GradientID]]
  ) {
    guard !parts.isEmpty else { return }
    let sorted = parts.sorted { $0.start < $1.start }
    var next = 0
    for part in sorted {
      precondition(part.start == next, "the slices of a value must cover its channels once")
      next += graph[gradients[part.gradient.index]].channels
    }
    precondition(next == graph[value].channels, "the slices of a value must cover its channels")
    let whole = gradient(of: value)
    steps.append(.gradientConcatenation(sources: sorted.map(\.gradient), destination: whole))
    contributions[value.index].append(whole)
  }
}
