import ComputeGraph
import ParameterMemory

/// Turns a program into loops over planned memory. Lives only while compiling.
final class OpenBLASLowering {
  /// What one instruction does with the network's memory.
  typealias Action = (NetworkMemory) -> Void

  let program: Program
  let workers: Workers
  var graph: Graph { program.graph }
  var batch: Int { program.batch }
  var isTraining: Bool { program.mode == .training }

  private(set) var lowered = LoweredProgram<Action>()
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
    for step in program.steps { lower(step) }
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
    lowered.begin(step, of: graph)
    switch step {
    case .forward(let index):
      forward(graph.nodes[index], index)
      // The caller copies the logits when the last forward step is done.
      if values[graph.output.index] != nil { lowered.touch([output]) }
    case .backward(let index, let output, let inputs):
      backward(graph.nodes[index], index, diffDst: gradient(output), inputs: inputs)
    case .gradientSum(let sources, let destination, let mask):
      gradientSum(sources, into: destination, mask: mask)
    case .gradientConcatenation(let sources, let destination):
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

  /// A buffer of `count` floats.
  func allocate(_ count: Int, in region: MemoryRegion = .arena) -> BufferID {
    lowered.allocate(count * MemoryLayout<Float>.stride, in: region)
  }

  // MARK: Instructions

  /// Appends an instruction that reads or writes the buffers `touched`.
  func emit(_ kind: String, touching touched: [BufferID], _ run: @escaping Action) {
    lowered.append(kind, run, touching: touched)
  }

  /// Appends an instruction that runs whenever the parameters have changed; it touches no arena
  /// buffer.
  func prepare(_ kind: String, _ run: @escaping Action) {
    lowered.isPreparing = true
    defer { lowered.isPreparing = false }
    lowered.append(kind, run, touching: [])
  }
}
