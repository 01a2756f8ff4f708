import ComputeGraph

/// Turns a program into instructions over planned memory. Lives only while compiling.
final class Lowering {
  let program: Program
  let workers: Workers
  var graph: Graph { program.graph }
  var batch: Int { program.batch }
  var isTraining: Bool { program.mode == .training }

  private(set) var buffers: [Buffer] = []
  private(set) var instructions = [[Instruction]](repeating: [], count: Phase.allCases.count)
  private var counts = [Int](repeating: 0, count: Region.allCases.count)
  private var phase = Phase.forward
  /// Position in the program: 0 while preparing, then counting up over forward and backward.
  private var position = 0
  /// The node that is lowered.
  private var node = ""

  private var values: [BufferID?]
  private var gradients: [BufferID?]
  private(set) var parameters: [BufferID] = []
  private var parameterGradients: [BufferID?] = []
  /// What a node's forward pass keeps for its backward one.
  var saved: [Int: [BufferID]] = [:]

  init(_ program: Program, workers: Workers) {
    self.program = program
    self.workers = workers
    values = Array(repeating: nil, count: program.graph.values.count)
    gradients = Array(repeating: nil, count: program.gradients.count)
    placeParameters()
    values[graph.input.index] = allocate(count(of: graph.input), in: .external)
    if let seed = program.outputGradient {
      gradients[seed.index] = allocate(count(of: graph.output), in: .external)
    }
    for step in program.steps {
      position += 1
      lower(step)
    }
  }

  private func placeParameters() {
    for parameter in graph.parameters {
      let count = parameter.shape.elementCount
      parameters.append(allocate(count, in: parameter.isTrainable ? .parameters : .statistics))
      let hasGradient = isTraining && parameter.isTrainable
      parameterGradients.append(hasGradient ? allocate(count, in: .gradients) : nil)
    }
  }

  private func lower(_ step: Program.Step) {
    switch step {
    case .forward(let index):
      phase = .forward
      node = graph.nodes[index].name
      forward(graph.nodes[index], index)
      // The caller copies the logits when the last forward step is done.
      if values[graph.output.index] != nil { touch([output]) }
    case .backward(let index, let output, let inputs):
      phase = .backward
      node = graph.nodes[index].name
      backward(graph.nodes[index], index, diffDst: gradient(output), inputs: inputs)
    case .gradientSum(let sources, let destination, let mask):
      phase = .backward
      node = ""
      gradientSum(sources, into: destination, mask: mask)
    case .gradientConcatenation(let sources, let destination):
      phase = .backward
      node = ""
      gradientConcatenation(sources, into: destination)
    }
  }

  private func forward(_ node: Node, _ index: Int) {
    switch node.operation {
    case .convolution(let attributes): convolutionForward(node, attributes)
    case .batchNormalization(let attributes): batchNormalizationForward(node, index, attributes)
    case .rectifier: rectifierForward(node)
    case .addition(let attributes): additionForward(node, attributes)
    case .pooling(let pooling): poolingForward(node, index, pooling)
    case .globalAveragePooling: globalAveragePoolingForward(node)
    case .concatenation: concatenationForward(node)
    case .channelSlice(let slice): channelSliceForward(node, slice)
    case .linear: linearForward(node)
    }
  }

  private func backward(_ node: Node, _ index: Int, diffDst: BufferID, inputs: [GradientID?]) {
    switch node.operation {
    case .convolution(let attributes): convolutionBackward(node, attributes, diffDst, inputs[0])
    case .batchNormalization(let attributes):
      batchNormalizationBackward(node, index, attributes, diffDst, inputs[0])
    case .rectifier: rectifierBackward(node, diffDst, inputs[0])
    case .pooling(let pooling): poolingBackward(node, index, pooling, diffDst, inputs[0])
    case .globalAveragePooling: globalAveragePoolingBackward(node, diffDst, inputs[0])
    case .concatenation: concatenationBackward(node, diffDst, inputs)
    case .linear: linearBackward(node, diffDst, inputs[0])
    case .addition, .channelSlice:
      preconditionFailure("the schedule passes the gradient of a \(node.operation.kind) on")
    }
  }

  // MARK: Tensors

  /// Floats of a value, over the whole batch.
  func count(of value: ValueID) -> Int { batch * graph[value].elementCount }

  var input: BufferID { value(graph.input) }
  var output: BufferID { value(graph.output) }
  /// Where the caller's gradient of the logits enters.
  var seed: BufferID? { program.outputGradient.map { gradient($0) } }

  func value(_ id: ValueID) -> BufferID {
    guard let buffer = values[id.index] else {
      preconditionFailure("value \(id.index) is read before it is written")
    }
    return buffer
  }

  func gradient(_ id: GradientID) -> BufferID {
    guard let buffer = gradients[id.index] else {
      preconditionFailure("gradient \(id.index) is read before it is written")
    }
    return buffer
  }

  /// A new buffer for a value, to be written now.
  func define(_ id: ValueID) -> BufferID {
    let buffer = allocate(count(of: id))
    values[id.index] = buffer
    return buffer
  }

  /// A new buffer for a gradient, to be written now.
  func define(_ id: GradientID) -> BufferID {
    let buffer = allocate(count(of: program.gradients[id.index]))
    gradients[id.index] = buffer
    return buffer
  }

  func parameter(_ id: ParameterID) -> BufferID { parameters[id.index] }

  func parameterGradient(_ id: ParameterID) -> BufferID {
    guard let buffer = parameterGradients[id.index] else {
      preconditionFailure("\(graph[id].name) has no gradient")
    }
    return buffer
  }

  /// A buffer of so many floats; in the arena it lives while instructions touch it.
  func allocate(_ count: Int, in region: Region = .arena) -> BufferID {
    var offset = 0
    if region != .arena && region != .external {
      offset = counts[region.rawValue]
      // A cache line a parameter: two threads never write to the same one.
      counts[region.rawValue] += (count + 15) / 16 * 16
    }
    buffers.append(
      Buffer(region: region, count: count, offset: offset, steps: position...position))
    return BufferID(index: buffers.count - 1)
  }

  // MARK: Instructions

  /// Appends an instruction that reads or writes the buffers `touched`.
  func emit(_ kind: String, touching touched: [BufferID], _ run: @escaping (Memory) -> Void) {
    touch(touched)
    instructions[phase.rawValue].append(Instruction(kind: kind, node: node, run: run))
  }

  /// Appends an instruction that runs whenever the parameters changed; no arena buffer is its.
  func prepare(_ kind: String, _ run: @escaping (Memory) -> Void) {
    instructions[Phase.prepare.rawValue].append(Instruction(kind: kind, node: node, run: run))
  }

  private func touch(_ touched: [BufferID]) {
    for id in touched {
      let steps = buffers[id.index].steps
      buffers[id.index].steps =
        min(steps.lowerBound, position)...max(steps.upperBound, position)
    }
  }

  /// Plans the arena; returns the size of every region in floats.
  func plan() -> [Int] {
    let stride = MemoryLayout<Float>.stride
    let indices = buffers.indices.filter { buffers[$0].region == .arena }
    let plan = ArenaPlan(
      indices.map { ArenaPlan.Request(bytes: buffers[$0].count * stride, steps: buffers[$0].steps) }
    )
    for (place, index) in indices.enumerated() {
      buffers[index].offset = plan.offsets[place] / stride
    }
    counts[Region.arena.rawValue] = plan.bytes / stride
    return counts
  }
}
