import COneDNN
import ComputeGraph
import Dispatch
import ParameterMemory
import Vocabulary

/// A program lowered to oneDNN primitives, with its memory.
final class OneDNNNetwork: FlatNetwork {
  /// An instruction with its memory objects, ready to run.
  private struct Step {
    enum Work {
      case primitive(Primitive, roles: [Int32], memories: [OpaquePointer?])
      case host(any HostAction)
    }
    let kind: String
    let node: String
    let work: Work
  }

  let program: Program
  let precision: Precision
  var profiles = false
  let memory: NetworkMemory
  let flat: FlatParameters
  var mustPrepare = true
  /// Where each of the graph's parameters is.
  let parameterTensors: [Tensor]
  private let threads: Int
  private let input: BufferID
  private let logits: BufferID
  private let seed: BufferID?
  private var steps: [[Step]] = []
  private var memories: [OpaquePointer] = []
  private var inputMemories: [OpaquePointer] = []
  private var profile = ExecutionProfile()

  init(_ lowering: OneDNNLowering, threads: Int) throws {
    program = lowering.program
    precision = lowering.precision
    self.threads = threads
    guard let logits = lowering.logits, let input = lowering.values[program.graph.input.index]
    else { preconditionFailure("a program has an input and logits") }
    self.logits = logits
    self.input = input.buffer
    seed = lowering.seed
    parameterTensors = lowering.parameters.map { tensor in
      guard let tensor else { preconditionFailure("a parameter that no node reads") }
      return tensor
    }
    memory = try NetworkMemory(lowering.lowered.memoryPlan, for: lowering.program)
    flat = memory.flatParameters(
      of: program.graph, places: parameterTensors.map(\.buffer), threads: threads)
    steps = try ExecutionPhase.allCases.map { try lowering.lowered[$0].map(bind) }
  }

  deinit { memories.forEach { ichor_memory_destroy($0) } }

  private func bind(_ instruction: LoweredProgram<OneDNNAction>.Instruction) throws -> Step {
    let work: Step.Work =
      switch instruction.action {
      case .primitive(let primitive, let tensors):
        .primitive(
          primitive, roles: tensors.map(\.0.code), memories: try tensors.map { try place($0.1) })
      case .host(let action): .host(action)
      }
    return Step(kind: instruction.kind, node: instruction.node, work: work)
  }

  private func place(_ tensor: Tensor) throws -> OpaquePointer {
    var place: OpaquePointer?
    let isInput = tensor.buffer == input
    try check(
      ichor_memory_create(
        &place, tensor.descriptor.pointer, isInput ? nil : memory[tensor.buffer]),
      "place a tensor")
    guard let place else { preconditionFailure("oneDNN succeeded without a memory") }
    memories.append(place)
    if isInput { inputMemories.append(place) }
    return place
  }

  // MARK: Running

  func forward(
    _ input: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>
  ) throws {
    let shape = program.graph[program.graph.input]
    precondition(input.count == program.batch * shape.elementCount, "the input is one whole batch")
    precondition(
      logits.count == memory.count(of: self.logits), "the logits are one row per sample")
    if mustPrepare {
      try run(.prepare)
      mustPrepare = false
    }
    let data = UnsafeMutableRawPointer(mutating: input.baseAddress)
    for memory in inputMemories {
      try check(ichor_memory_set_data(memory, data), "place the input")
    }
    try run(.forward)
    logits.baseAddress?.update(from: memory[self.logits], count: logits.count)
  }

  func backward(_ logitGradients: UnsafeBufferPointer<Float>, accumulate: Bool) throws {
    guard let seed, let source = logitGradients.baseAddress else {
      preconditionFailure("only a training program has a backward pass")
    }
    precondition(logitGradients.count == memory.count(of: seed), "one gradient for every logit")
    memory[seed].update(from: source, count: logitGradients.count)
    guard accumulate else { return try run(.backward) }
    try flat.accumulating { try run(.backward) }
  }

  private func run(_ phase: ExecutionPhase) throws {
    // OpenMP keeps the number by calling thread.
    _ = ichor_set_openmp_threads(Int32(threads))
    for step in steps[phase.rawValue] {
      try timed(step.kind, step.node) {
        switch step.work {
        case .primitive(let primitive, let roles, let memories):
          try check(
            ichor_primitive_execute(primitive.pointer, Int32(roles.count), roles, memories),
            "run \(step.kind)")
        case .host(let action): action.run(on: memory, threads: threads)
        }
      }
    }
  }

  func update(_ rule: UpdateRule) throws {
    timed("update") { flat.update(rule) }
    mustPrepare = true
  }

  private func timed(_ kind: String, _ node: String = "", _ body: () throws -> Void) rethrows {
    guard profiles else { return try body() }
    let started = DispatchTime.now().uptimeNanoseconds
    try body()
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9
    profile.add(elapsed, to: kind, node: node)
  }

  func takeProfile() -> ExecutionProfile {
    defer { profile = ExecutionProfile() }
    return profile
  }
}
