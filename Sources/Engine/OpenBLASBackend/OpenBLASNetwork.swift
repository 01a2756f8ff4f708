import ComputeGraph
import Dispatch
import ParameterMemory
import Vocabulary

/// A program lowered to loops and matrix products, with its memory.
final class OpenBLASNetwork: FlatNetwork {
  let program: Program
  let precision = Precision.f32
  var profiles = false
  let memory: NetworkMemory
  let flat: FlatParameters
  var mustPrepare = true
  private let lowered: LoweredProgram<OpenBLASLowering.Action>
  private let input: BufferID
  private let output: BufferID
  private let seed: BufferID?
  private let parameterBuffers: [BufferID]
  private var profile = ExecutionProfile()

  init(_ lowering: OpenBLASLowering) throws {
    program = lowering.program
    lowered = lowering.lowered
    input = lowering.input
    output = lowering.output
    seed = lowering.seed
    parameterBuffers = lowering.parameters
    memory = try NetworkMemory(lowering.lowered.memoryPlan, for: lowering.program)
    flat = memory.flatParameters(
      of: program.graph, places: parameterBuffers, threads: lowering.workers.count)
  }

  func forward(
    _ input: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>
  ) throws {
    let graph = program.graph
    precondition(
      input.count == program.batch * graph[graph.input].elementCount,
      "the input is one whole batch")
    precondition(
      logits.count == program.batch * graph[graph.output].elementCount,
      "the logits are one row per sample")
    guard let source = input.baseAddress, let target = logits.baseAddress else { return }
    if mustPrepare { run(.prepare) }
    mustPrepare = false
    memory.place(self.input, at: source)
    run(.forward)
    target.update(from: memory[output], count: logits.count)
  }

  func backward(_ logitGradients: UnsafeBufferPointer<Float>, accumulate: Bool) throws {
    guard let seed, let source = logitGradients.baseAddress else {
      preconditionFailure("only a training program has a backward pass")
    }
    precondition(
      logitGradients.count == program.batch * program.graph[program.graph.output].elementCount,
      "one gradient for every logit")
    memory.place(seed, at: source)
    if accumulate {
      flat.accumulating { run(.backward) }
    } else {
      run(.backward)
    }
  }

  func update(_ rule: UpdateRule) throws {
    timed("update") { flat.update(rule) }
    mustPrepare = true
  }

  private func run(_ phase: ExecutionPhase) {
    for instruction in lowered[phase] {
      timed(instruction.kind, instruction.node) { instruction.action(memory) }
    }
  }

  private func timed(_ kind: String, _ node: String = "", _ body: () -> Void) {
    guard profiles else { return body() }
    let started = DispatchTime.now().uptimeNanoseconds
    body()
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9
    profile.add(elapsed, to: kind, node: node)
  }

  func takeProfile() -> ExecutionProfile {
    defer { profile = ExecutionProfile() }
    return profile
  }

  // MARK: Exchange

  func read(_ parameter: Int, in block: FlatParameters.Block?) -> [Float] {
    let id = parameterBuffers[parameter]
    let place = block.map { memory.address(of: id, in: $0) } ?? memory[id]
    return Array(UnsafeBufferPointer(start: place, count: memory.count(of: id)))
  }

  func write(_ values: [Float], to parameter: Int, in block: FlatParameters.Block?) {
    let id = parameterBuffers[parameter]
    let place = block.map { memory.address(of: id, in: $0) } ?? memory[id]
    place.update(from: values, count: memory.count(of: id))
  }
}
