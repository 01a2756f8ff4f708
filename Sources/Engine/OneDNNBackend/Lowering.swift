import COneDNN
import ComputeGraph
import Diagnostics
import Vocabulary

/// Turns a program into instructions over planned memory. Lives only while compiling.
///
/// Layouts: every primitive that computes (convolution, linear) is asked for its own choice; the
/// others take what comes. A reorder is emitted only where the two differ, and at most once for a
/// tensor and layout.
final class Lowering {
  let program: Program
  let precision: Precision
  /// Channels to which every convolution merges its groups; `nil`: what was measured fastest.
  let mergedChannels: Int?
  var graph: Graph { program.graph }

  private(set) var buffers: [Buffer] = []
  private(set) var instructions: [[Instruction]] = [[], [], []]
  private var sizes = [Int](repeating: 0, count: Region.allCases.count)
  private var phase = Phase.forward
  /// Position in the program: 0 while preparing, then counting up over forward and backward.
  private var position = 0
  /// The node that is lowered.
  private var node = ""

  /// Where each value, gradient and parameter is.
  var values: [Tensor?]
  var gradients: [Tensor?]
  private(set) var parameters: [Tensor?]
  private(set) var parameterGradients: [Tensor?]
  /// Copies of a buffer (seen through a descriptor) in another layout.
  private var copies: [Int: [(source: Descriptor, copy: Tensor)]] = [:]
  private var workingCopies: [Int: [Tensor]] = [:]
  /// Block-diagonal forms of grouped weights.
  var expandedWeights: [Int: Tensor] = [:]
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
    try lower()
  }

  /// Element type of activations.
  var element: Descriptor.Element { precision == .bf16 ? .bf16 : .f32 }
  var isTraining: Bool { program.mode == .training }

  private func lower() throws {
    let shape = graph[graph.input]
    let input = try Descriptor(dims(of: shape), .f32, .abcd)
    values[graph.input.index] = allocate(.external, input)
    for step in program.steps {
      position += 1
      if let seed = program.outputGradient,
        gradients[seed.index] == nil, values[graph.output.index] != nil
      {
        try acceptSeed(seed)
      }
      switch step {
      case .forward(let index):
        phase = .forward
        node = graph.nodes[index].name
        try forward(graph.nodes[index], index)
      case .backward(let index, let output, let inputs):
        phase = .backward
        node = graph.nodes[index].name
        try backward(graph.nodes[index], index, output: output, inputs: inputs)
      case .gradientSum(let sources, let destination, let mask):
        phase = .backward
        node = ""
        try gradientSum(sources, into: destination, mask: mask)
      case .gradientConcatenation(let sources, let destination):
        phase = .backward
        node = ""
        try gradientConcatenation(sources, into: destination)
      }
    }
  }

  private func forward(_ node: Node, _ index: Int) throws {
    switch node.operation {
    case .convolution(let attributes): try convolutionForward(node, index, attributes)
    case .batchNormalization(let attributes):
      try batchNormalizationForward(node, index, attributes)
    case .rectifier: try rectifierForward(node)
    case .addition(let attributes): try additionForward(node, attributes)
    case .pooling(let pooling): try poolingForward(node, index, .sliding(pooling))
    case .globalAveragePooling: try poolingForward(node, index, .global)
    case .concatenation: try concatenationForward(node)
    case .channelSlice(let slice): try channelSliceForward(node, slice)
    case .linear: try linearForward(node, index)
    }
    if node.output == graph.output { try exposeLogits() }
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
    case .pooling(let pooling):
      try poolingBackward(node, index, .sliding(pooling), diffDst, inputs[0])
    case .globalAveragePooling: try poolingBackward(node, index, .global, diffDst, inputs[0])
    case .concatenation: try concatenationBackward(node, diffDst, inputs)
    case .linear: try linearBackward(node, index, diffDst, inputs[0])
    case .addition, .channelSlice:
      preconditionFailure("the schedule passes the gradient of a \(node.operation.kind) on")
    }
  }

  // MARK: Boundary

  private(set) var logits: Int?
  private(set) var seed: Int?

  private func exposeLogits() throws {
    let source = try value(graph.output)
    let logits = allocate(.boundary, try plainOutput(like: source))
    try reorder(source, to: logits, kind: "boundary")
    self.logits = logits.buffer
  }

  private func acceptSeed(_ id: GradientID) throws {
    let seed = allocate(.boundary, try plainOutput(like: try value(graph.output)))
    self.seed = seed.buffer
    gradients[id.index] = seed
  }

  /// The output as the caller sees it: row-major, 32-bit. The library tells [N, C], which a linear
  /// layer leaves, from [N, C, 1, 1].
  private func plainOutput(like tensor: Tensor) throws -> Descriptor {
    let dims = (0..<tensor.descriptor.axes).map { tensor.descriptor.dim($0) }
    return try Descriptor(dims, .f32, .rowMajor(dims.count))
  }

  // MARK: Tensors

  func dims(of shape: FeatureShape) -> [Int] {
    [program.batch, shape.channels, shape.height, shape.width]
  }

  /// A value's extents with the layout left open.
  func open(_ value: ValueID) throws -> Descriptor {
    try Descriptor(dims(of: graph[value]), element, .any)
  }

  func value(_ id: ValueID) throws -> Tensor {
    guard let tensor = values[id.index] else {
      preconditionFailure("value \(id.index) is read before it is written")
    }
    return tensor
  }

  func gradient(_ id: GradientID) throws -> Tensor {
    guard let tensor = gradients[id.index] else {
      preconditionFailure("gradient \(id.index) is read before it is written")
    }
    return tensor
  }

  func allocate(_ region: Region, _ descriptor: Descriptor) -> Tensor {
    allocate(region, descriptor, bytes: descriptor.bytes)
  }

  private func allocate(_ region: Region, _ descriptor: Descriptor, bytes: Int) -> Tensor {
    var offset = 0
    if region != .arena && region != .external {
      offset = sizes[region.rawValue]
      sizes[region.rawValue] += (bytes + 63) / 64 * 64
    }
    let now = phase == .prepare ? 0 : position
    buffers.append(Buffer(region: region, bytes: bytes, offset: offset, steps: now...now))
    return Tensor(buffer: buffers.count - 1, descriptor: descriptor)
  }

  /// The place of a parameter; its layout is fixed by the first call.
  func parameter(_ id: ParameterID, layout: @autoclosure () throws -> Descriptor) rethrows
    -> Tensor
  {
    if let tensor = parameters[id.index] { return tensor }
    let parameter = graph[id]
    let descriptor = try layout()
    let tensor = allocate(parameter.isTrainable ? .parameters : .statistics, descriptor)
    parameters[id.index] = tensor
    if isTraining, parameter.isTrainable {
      parameterGradients[id.index] = allocate(.gradients, descriptor)
    }
    return tensor
  }

  func parameterGradient(_ id: ParameterID) -> Tensor {
    guard let tensor = parameterGradients[id.index] else {
      preconditionFailure("\(graph[id].name) has no gradient")
    }
    return tensor
  }

  /// A channel-wise parameter, `[channels]`.
  func channelParameter(_ id: ParameterID) throws -> Tensor {
    try parameter(id, layout: try Descriptor(graph[id].shape.dims, .f32, .a))
  }

  // MARK: Instructions

  /// Runs what `body` emits whenever the parameters changed.
  func preparing<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = phase
    phase = .prepare
    defer { phase = before }
    return try body()
  }

  func append(_ instruction: Instruction, touching touched: [Int]) {
    let now = phase == .prepare ? 0 : position
    for index in touched {
      let steps = buffers[index].steps
      buffers[index].steps = min(steps.lowerBound, now)...max(steps.upperBound, now)
    }
    var instruction = instruction
    instruction.node = node
    instructions[phase.rawValue].append(instruction)
  }

  /// Emits a primitive; its scratchpad is found and placed here.
  func emit(_ kind: String, _ primitive: Primitive, _ tensors: [(Role, Tensor)]) throws {
    var tensors = tensors
    let scratchpad = try primitive.descriptor(.scratchpad)
    if scratchpad.bytes > 0 { tensors.append((.scratchpad, allocate(.arena, scratchpad))) }
    append(
      Instruction(kind: kind, action: .primitive(primitive, tensors)),
      touching: tensors.map(\.1.buffer))
  }

  func reorder(_ source: Tensor, to destination: Tensor, kind: String = "reorder") throws {
    let primitive = try Primitive("a reorder") {
      ichor_reorder($0, source.descriptor.pointer, destination.descriptor.pointer)
    }
    try emit(kind, primitive, [(.src, source), (.dst, destination)])
  }

  /// `tensor` in the layout wanted: itself, or a copy that is made once.
  func read(_ tensor: Tensor, as wanted: Descriptor) throws -> Tensor {
    if tensor.descriptor == wanted { return tensor }
    let known = copies[tensor.buffer]?.first {
      $0.source == tensor.descriptor && $0.copy.descriptor == wanted
    }
    if let known { return known.copy }
    let copy = allocate(.arena, wanted)
    try reorder(tensor, to: copy)
    copies[tensor.buffer, default: []].append((tensor.descriptor, copy))
    return copy
  }

  /// Copies of what a tensor held do not stand for what is written over it.
  func forgetCopies(of tensor: Tensor) { copies[tensor.buffer] = nil }

  /// A parameter in the layout and precision that a primitive reads, refreshed after updates.
  func working(_ master: Tensor, as wanted: Descriptor) throws -> Tensor {
    if master.descriptor == wanted { return master }
    let known = workingCopies[master.buffer]?.first { $0.descriptor == wanted }
    if let known { return known }
    let copy = allocate(.working, wanted)
    try preparing { try reorder(master, to: copy, kind: "weights") }
    workingCopies[master.buffer, default: []].append(copy)
    return copy
  }

  // MARK: Memory

  /// Plans the arena; returns the size of every region in bytes.
  func plan() -> [Int] {
    let indices = buffers.indices.filter { buffers[$0].region == .arena }
    let plan = ArenaPlan(
      indices.map { ArenaPlan.Request(bytes: buffers[$0].bytes, steps: buffers[$0].steps) })
    for (place, index) in indices.enumerated() { buffers[index].offset = plan.offsets[place] }
    sizes[Region.arena.rawValue] = plan.bytes
    return sizes
  }
}
