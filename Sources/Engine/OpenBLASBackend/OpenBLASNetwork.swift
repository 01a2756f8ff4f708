import ComputeGraph
import Diagnostics
import Dispatch
import ParameterMemory
import TensorCore
import Vocabulary

/// A program lowered to loops and matrix products, with its memory.
final class OpenBLASNetwork: FlatNetwork {
  let program: Program
  let precision = Precision.f32
  let memoryBytes: Int
  var profiles = false
  private let instructions: [[Instruction]]
  private let memory: Memory
  let flat: FlatParameters
  private let input: BufferID
  private let output: BufferID
  private let seed: BufferID?
  private let parameterBuffers: [Buffer]
  private var mustPrepare = true
  private var profile = ExecutionProfile()

  init(_ lowering: Lowering) throws {
    let counts = lowering.plan()
    let trained = counts[Region.parameters.rawValue]
    program = lowering.program
    instructions = lowering.instructions
    input = lowering.input
    output = lowering.output
    seed = lowering.seed
    let state = lowering.isTraining ? trained : 0
    memoryBytes = (counts.reduce(0, +) + state) * MemoryLayout<Float>.stride
    try MemoryCheck.require(memoryBytes, for: lowering.program)
    let buffers = lowering.parameters.map { lowering.buffers[$0.index] }
    parameterBuffers = buffers
    memory = Memory(lowering.buffers, regionCounts: counts)
    let trainable = zip(program.graph.parameters, buffers).filter { $0.0.isTrainable }
    flat = FlatParameters(
      weights: memory.bases[Region.parameters.rawValue],
      gradients: memory.bases[Region.gradients.rawValue], count: trained,
      extents: trainable.map { parameter, buffer in
        FlatParameters.Extent(parameter, offset: buffer.offset, count: buffer.count)
      }, threads: lowering.workers.count)
  }

  // MARK: Running

  func forward(
    _ input: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>
  ) throws {
    let graph = program.graph
    precondition(
      input.count == program.batch * graph[graph.input].elementCount,
      "the input is one whole batch")
    precondition(
      logits.count == program.batch * graph[graph.output].elementCount,
      "the logits are one row a sample")
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

  private func run(_ phase: Phase) {
    for instruction in instructions[phase.rawValue] {
      timed(instruction.kind, instruction.node) { instruction.run(memory) }
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

  func update(_ rule: UpdateRule) throws {
    timed("update") { flat.update(rule) }
    mustPrepare = true
  }

  // MARK: Exchange

  func load(_ parameters: NamedTensors) throws {
    for (parameter, buffer) in zip(program.graph.parameters, parameterBuffers) {
      let place = memory.bases[buffer.region.rawValue] + buffer.offset
      place.update(from: parameters.required(parameter), count: buffer.count)
    }
    mustPrepare = true
  }

  func parameters() throws -> NamedTensors {
    export {
      self.memory.bases[$0.region.rawValue]
    } where: { _ in
      true
    }
  }

  func gradients() throws -> NamedTensors {
    precondition(program.mode == .training, "only a training program has gradients")
    return export { _ in
      self.flat.gradients
    } where: {
      $0.isTrainable
    }
  }

  func optimizerState() throws -> NamedTensors {
    var result = NamedTensors()
    for slot in flat.slots {
      let block = flat.block(slot)
      for (name, tensor) in export(from: { _ in block }, where: \.isTrainable) {
        result[slot.name(of: name)] = tensor
      }
    }
    return result
  }

  func loadOptimizerState(_ state: NamedTensors) throws {
    flat.discardState()
    for slot in state.slots {
      let base = flat.block(slot)
      for (parameter, buffer) in zip(program.graph.parameters, parameterBuffers)
      where parameter.isTrainable {
        let values = state.required(parameter, of: slot)
        (base + buffer.offset).update(from: values, count: buffer.count)
      }
    }
  }

  private func export(
    from base: (Buffer) -> Floats, where include: (Parameter) -> Bool
  ) -> NamedTensors {
    var result = NamedTensors()
    for (parameter, buffer) in zip(program.graph.parameters, parameterBuffers)
    where include(parameter) {
      let place = UnsafeBufferPointer(start: base(buffer) + buffer.offset, count: buffer.count)
      result[parameter.name] = HostTensor(shape: parameter.shape, values: Array(place))
    }
    return result
  }
}
