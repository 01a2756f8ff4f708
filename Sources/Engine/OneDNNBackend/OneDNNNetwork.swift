import COneDNN
import ComputeGraph
import Diagnostics
import Dispatch
import Foundation
import ParameterMemory
import TensorCore
import Vocabulary

/// A program lowered to oneDNN primitives, with its memory.
final class OneDNNNetwork: FlatNetwork {
  /// A primitive with its memory objects, ready to execute.
  private struct Bound {
    let primitive: Primitive
    let roles: [Int32]
    let memories: [OpaquePointer?]
  }
  private enum Step {
    case execute(Bound)
    case host(Instruction.Action)
  }

  let program: Program
  let precision: Precision
  let memoryBytes: Int
  var profiles = false
  private let threads: Int
  let buffers: [Buffer]
  let bases: [UnsafeMutableRawPointer]
  private let regionBytes: [Int]
  let parameterTensors: [Tensor]
  private let logits: Int
  private let seed: Int?
  private let inputBuffer: Int
  private var steps: [[(kind: String, node: String, step: Step)]] = [[], [], []]
  private var memories: [OpaquePointer] = []
  private var inputMemories: [OpaquePointer] = []
  var mustPrepare = true
  let flat: FlatParameters
  private var profile = ExecutionProfile()
  // Keeps the primitives' descriptors alive for imports and exports.
  private let lowering: Lowering

  init(_ lowering: Lowering, threads: Int) throws {
    self.lowering = lowering
    program = lowering.program
    precision = lowering.precision
    regionBytes = lowering.plan()
    buffers = lowering.buffers
    // The optimiser's state, as large as the parameters, comes with the first update.
    let state = program.mode == .training ? regionBytes[Region.parameters.rawValue] : 0
    memoryBytes = regionBytes.reduce(state, +)
    self.threads = threads
    try MemoryCheck.require(memoryBytes, for: lowering.program)
    bases = regionBytes.map {
      let base = UnsafeMutableRawPointer.allocate(byteCount: max($0, 64), alignment: 64)
      base.initializeMemory(as: UInt8.self, repeating: 0, count: max($0, 64))
      return base
    }
    guard let logits = lowering.logits, let input = lowering.values[program.graph.input.index]
    else {
      preconditionFailure("a program has an input and logits")
    }
    self.logits = logits
    seed = lowering.seed
    inputBuffer = input.buffer
    parameterTensors = lowering.parameters.map { tensor in
      guard let tensor else { preconditionFailure("a parameter that no node reads") }
      return tensor
    }
    let (blocks, placed) = (bases, buffers)
    flat = FlatParameters(
      weights: blocks[Region.parameters.rawValue].assumingMemoryBound(to: Float.self),
      gradients: blocks[Region.gradients.rawValue].assumingMemoryBound(to: Float.self),
      count: regionBytes[Region.parameters.rawValue] / 4,
      extents: zip(program.graph.parameters, parameterTensors).filter { $0.0.isTrainable }.map {
        let buffer = placed[$0.1.buffer]
        return FlatParameters.Extent($0.0, offset: buffer.offset / 4, count: buffer.bytes / 4)
      }, threads: threads)
    try bind(lowering)
  }

  deinit {
    memories.forEach { ichor_memory_destroy($0) }
    bases.forEach { $0.deallocate() }
  }

  func pointer(_ buffer: Int) -> UnsafeMutableRawPointer {
    let buffer = buffers[buffer]
    return bases[buffer.region.rawValue] + buffer.offset
  }

  private func floats(_ buffer: Int) -> UnsafeMutablePointer<Float> {
    let buffer = buffers[buffer]
    return (bases[buffer.region.rawValue] + buffer.offset).assumingMemoryBound(to: Float.self)
  }

  private func bind(_ lowering: Lowering) throws {
    for phase in [Phase.prepare, .forward, .backward] {
      for instruction in lowering.instructions[phase.rawValue] {
        switch instruction.action {
        case .primitive(let primitive, let tensors):
          let bound = Bound(
            primitive: primitive, roles: tensors.map(\.0.code),
            memories: try tensors.map { try memory($0.1) })
          steps[phase.rawValue].append((instruction.kind, instruction.node, .execute(bound)))
        case .runningStatistics, .batchNormalizationGradient, .fold, .expandGroups, .contractGroups:
          steps[phase.rawValue].append(
            (instruction.kind, instruction.node, .host(instruction.action)))
        }
      }
    }
  }

  private func memory(_ tensor: Tensor) throws -> OpaquePointer {
    var memory: OpaquePointer?
    let isInput = tensor.buffer == inputBuffer
    try check(
      ichor_memory_create(
        &memory, tensor.descriptor.pointer, isInput ? nil : pointer(tensor.buffer)),
      "place a tensor")
    guard let memory else { preconditionFailure("oneDNN succeeded without a memory") }
    memories.append(memory)
    if isInput { inputMemories.append(memory) }
    return memory
  }

  // MARK: Running

  func forward(
    _ input: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>
  ) throws {
    let shape = program.graph[program.graph.input]
    precondition(input.count == program.batch * shape.elementCount, "the input is one whole batch")
    precondition(
      logits.count == buffers[self.logits].bytes / 4, "the logits are one row a sample")
    if mustPrepare {
      try run(.prepare)
      mustPrepare = false
    }
    let data = UnsafeMutableRawPointer(mutating: input.baseAddress)
    for memory in inputMemories {
      try check(ichor_memory_set_data(memory, data), "place the input")
    }
    try run(.forward)
    logits.baseAddress?.update(from: floats(self.logits), count: logits.count)
  }

  func backward(_ logitGradients: UnsafeBufferPointer<Float>, accumulate: Bool) throws {
    guard let seed, let source = logitGradients.baseAddress else {
      preconditionFailure("only a training program has a backward pass")
    }
    precondition(logitGradients.count == buffers[seed].bytes / 4, "one gradient for every logit")
    floats(seed).update(from: source, count: logitGradients.count)
    guard accumulate else { return try run(.backward) }
    try flat.accumulating { try run(.backward) }
  }

  private func run(_ phase: Phase) throws {
    // OpenMP keeps the number by calling thread.
    _ = ichor_set_openmp_threads(Int32(threads))
    for (kind, node, step) in steps[phase.rawValue] {
      let started = profiles ? DispatchTime.now().uptimeNanoseconds : 0
      switch step {
      case .execute(let bound):
        try check(
          ichor_primitive_execute(
            bound.primitive.pointer, Int32(bound.roles.count), bound.roles, bound.memories),
          "run \(kind)")
      case .host(let action): runOnHost(action)
      }
      if profiles {
        let elapsed = Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9
        profile.add(elapsed, to: kind, node: node)
      }
    }
  }

  private func runOnHost(_ action: Instruction.Action) {
    switch action {
    case .primitive: preconditionFailure("primitives run in the library")
    case .runningStatistics(
      let mean, let variance, let runningMean, let runningVariance, let channels, let momentum,
      let correction):
      let (mean, variance) = (floats(mean), floats(variance))
      let (movingMean, movingVariance) = (floats(runningMean), floats(runningVariance))
      for channel in 0..<channels {
        movingMean[channel] += momentum * (mean[channel] - movingMean[channel])
        movingVariance[channel] +=
          momentum * (variance[channel] * correction - movingVariance[channel])
      }
    case .batchNormalizationGradient(let gradient): run(gradient)
    case .fold(let parameters, let weights, let bias, let outputs, let count, let epsilon):
      func array(_ buffer: Int, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: floats(buffer), count: count))
      }
      let folded = FoldedConvolution.fold(
        weights: array(parameters[0], count), scale: array(parameters[1], outputs),
        shift: array(parameters[2], outputs), mean: array(parameters[3], outputs),
        variance: array(parameters[4], outputs), epsilon: epsilon)
      floats(weights).update(from: folded.weights, count: count)
      floats(bias).update(from: folded.bias, count: outputs)
    case .expandGroups(let stored, let expanded, let merging):
      nonisolated(unsafe) let (source, target) = (floats(stored), floats(expanded))
      OpenMPWorkers.run(merging.groups, threads: threads) {
        merging.expand($0, source, into: target)
      }
    case .contractGroups(let expanded, let stored, let merging):
      nonisolated(unsafe) let (source, target) = (floats(expanded), floats(stored))
      OpenMPWorkers.run(merging.groups, threads: threads) {
        merging.contract($0, source, into: target)
      }
    }
  }

  private func run(_ gradient: BatchNormalizationGradient) {
    nonisolated(unsafe) let places = BatchNormalizationGradient.Places(
      source: floats(gradient.source),
      rectified: gradient.rectified.map { UnsafePointer(floats($0)) },
      outputGradient: floats(gradient.outputGradient),
      inputGradient: floats(gradient.inputGradient), mean: floats(gradient.mean),
      variance: floats(gradient.variance), scale: floats(gradient.scale),
      scaleGradient: floats(gradient.scaleGradient),
      shiftGradient: floats(gradient.shiftGradient))
    OpenMPWorkers.run(gradient.blocks, threads: threads) { gradient.run(block: $0, at: places) }
  }

  func takeProfile() -> ExecutionProfile {
    defer { profile = ExecutionProfile() }
    return profile
  }

  // MARK: Updates

  func update(_ rule: UpdateRule) throws {
    let started = DispatchTime.now().uptimeNanoseconds
    flat.update(rule)
    mustPrepare = true
    if profiles {
      profile.add(Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9, to: "update")
    }
  }
}
