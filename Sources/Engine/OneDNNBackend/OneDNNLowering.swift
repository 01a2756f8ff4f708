import ComputeGraph
import Vocabulary

/// Turns a program into primitives over planned memory. Lives only while compiling.
///
/// Layouts: every primitive that computes (convolution, linear) is asked for its own choice; the
/// others take what comes. A reorder is emitted only where the two differ, and at most once per
/// tensor and layout.
final class OneDNNLowering {
  let program: Program
  let precision: Precision
  /// Channels to which every convolution merges its groups; `nil`: the number measured fastest.
  let mergedChannels: Int?
  var graph: Graph { program.graph }
  var isTraining: Bool { program.mode == .training }
  /// Element type of activations.
  var element: Descriptor.Element { precision == .bf16 ? .bf16 : .f32 }

  var lowered = LoweredProgram<OneDNNAction>()
  /// Where each value, gradient and parameter is.
  var values: [Tensor?]
  var gradients: [Tensor?]
  var parameters: [Tensor?]
  var parameterGradients: [Tensor?]
  /// What the caller reads and writes, row-major.
  var logits: BufferID?
  var seed: BufferID?
  /// Copies of a buffer (seen through a descriptor) in another layout.
  var copies: [BufferID: [(source: Descriptor, copy: Tensor)]] = [:]
  var workingCopies: [BufferID: [Tensor]] = [:]
  /// Block-diagonal forms of grouped weights.
  var expandedWeights: [BufferID: Tensor] = [:]
  /// What a node's forward lowering leaves for its backward one.
  var saved: [Int: SavedForBackward] = [:]
  /// The last node that reads each value (inference only).
  let lastReader: [Int]

  struct SavedForBackward {
    var forward: Primitive
    var backwardWeights: Primitive?
    var tensors: [Role: Tensor] = [:]
  }

  init(_ program: Program, precision: Precision, mergedChannels: Int? = nil) throws {
    self.program = program
    self.precision = precision
    self.mergedChannels = mergedChannels
    values = Array(repeating: nil, count: program.graph.values.count)
    gradients = Array(repeating: nil, count: program.gradients.count)
    parameters = Array(repeating: nil, count: program.graph.parameters.count)
    parameterGradients = parameters
    var lastReader = [Int](repeating: -1, count: program.graph.values.count)
    for (index, node) in program.graph.nodes.enumerated() {
      for input in node.inputs { lastReader[input.index] = index }
    }
    self.lastReader = lastReader
    try placeInput()
    for step in program.steps { try lower(step) }
  }

  private func lower(_ step: Program.Step) throws {
    lowered.begin(step, of: graph)
    if let seed = program.outputGradient, gradients[seed.index] == nil,
      values[graph.output.index] != nil
    {
      try acceptSeed(seed)
    }
    switch step {
    case .forward(let index):
      try forward(graph.nodes[index], index)
      if graph.nodes[index].output == graph.output { try exposeLogits() }
    case .backward(let index, let output, let inputs):
      try backward(graph.nodes[index], index, output: output, inputs: inputs)
    case .gradientSum(let sources, let destination, let mask):
      try gradientSum(sources, into: destination, mask: mask)
    case .gradientConcatenation(let sources, let destination):
      try gradientConcatenation(sources, into: destination)
    }
  }

  private func forward(_ node: Node, _ index: Int) throws {
    switch node.operation {
    case .convolution(let attributes): try convolutionForward(node, index, attributes)
    case .batchNormalization(let attributes):
      try batchNormalizationForward(node, index, attributes)
    case .rectifier: try rectifierForward(node)
    case .addition(let attributes): try additionForward(node, attributes)
    case .pooling(let pooling): try poolingForward(node, index, pooling)
    case .globalAveragePooling: try globalAveragePoolingForward(node, index)
    case .concatenation: try concatenationForward(node)
    case .channelSlice(let slice): try channelSliceForward(node, slice)
    case .linear: try linearForward(node, index)
    }
  }

  private func backward(
    _ node: Node, _ index: Int, output: GradientID, inputs: [GradientID?]
  ) throws {
    let diffDst = try gradient(output)
    switch node.operation {
    case .convolution(let attributes):
      try convolutionBackward(node, index, attributes, diffDst, inputs[0])
    case .batchNormalization(let attributes):
      try batchNormalizationBackward(node, index, attributes, diffDst, inputs[0])
    case .rectifier: try rectifierBackward(node, diffDst, inputs[0])
    case .pooling(let pooling): try poolingBackward(node, index, pooling, diffDst, inputs[0])
    case .globalAveragePooling:
      try globalAveragePoolingBackward(node, index, diffDst, inputs[0])
    case .concatenation: try concatenationBackward(node, diffDst, inputs)
    case .linear: try linearBackward(node, index, diffDst, inputs[0])
    case .addition, .channelSlice:
      preconditionFailure("the schedule passes the gradient of a \(node.operation.kind) on")
    }
  }

  // MARK: Instructions

  func allocate(_ region: MemoryRegion, _ descriptor: Descriptor) -> Tensor {
    Tensor(buffer: lowered.allocate(descriptor.bytes, in: region), descriptor: descriptor)
  }

  /// Has what `body` emits run whenever the parameters have changed.
  func preparing<Result>(_ body: () throws -> Result) rethrows -> Result {
    lowered.isPreparing = true
    defer { lowered.isPreparing = false }
    return try body()
  }

  /// Emits a primitive; its scratchpad is found and placed here.
  func emit(_ kind: String, _ primitive: Primitive, _ tensors: [(Role, Tensor)]) throws {
    var tensors = tensors
    let scratchpad = try primitive.descriptor(.scratchpad)
    if scratchpad.bytes > 0 { tensors.append((.scratchpad, allocate(.arena, scratchpad))) }
    lowered.append(kind, .primitive(primitive, tensors), touching: tensors.map(\.1.buffer))
  }

  /// Emits a loop of our own, which touches the buffers of the arena that are given.
  func emit(_ kind: String, _ action: any HostAction, touching touched: [BufferID] = []) {
    lowered.append(kind, .host(action), touching: touched)
  }
}
