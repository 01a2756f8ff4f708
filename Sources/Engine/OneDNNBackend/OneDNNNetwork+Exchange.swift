import COneDNN
import ComputeGraph
import TensorCore

/// Parameters, gradients and the optimiser's state in and out, as row-major tensors.
extension OneDNNNetwork {
  func load(_ parameters: NamedTensors) throws {
    for (id, parameter) in program.graph.parameters.enumerated() {
      try importTensor(parameters.required(parameter), parameterTensors[id], base: nil)
    }
    mustPrepare = true
  }

  func parameters() throws -> NamedTensors {
    try export(parameterTensors, base: nil) { _ in true }
  }

  func gradients() throws -> NamedTensors {
    try export(parameterTensors, base: bases[Region.gradients.rawValue]) { $0.isTrainable }
  }

  func optimizerState() throws -> NamedTensors {
    var result = NamedTensors()
    for slot in flat.slots {
      let block = UnsafeMutableRawPointer(flat.block(slot))
      for (name, tensor) in try export(parameterTensors, base: block, where: \.isTrainable) {
        result[slot.name(of: name)] = tensor
      }
    }
    return result
  }

  func loadOptimizerState(_ state: NamedTensors) throws {
    flat.discardState()
    for slot in state.slots {
      let base = UnsafeMutableRawPointer(flat.block(slot))
      for (id, parameter) in program.graph.parameters.enumerated() where parameter.isTrainable {
        try importTensor(state.required(parameter, of: slot), parameterTensors[id], base: base)
      }
    }
  }

  private func export(
    _ tensors: [Tensor], base: UnsafeMutableRawPointer?, where include: (Parameter) -> Bool
  ) throws -> NamedTensors {
    var result = NamedTensors()
    for (id, parameter) in program.graph.parameters.enumerated() where include(parameter) {
      var values = [Float](repeating: 0, count: parameter.shape.elementCount)
      try values.withUnsafeMutableBytes { bytes in
        guard let plain = bytes.baseAddress else { return }
        try exchange(tensors[id], base: base, rowMajor: plain, exporting: true)
      }
      result[parameter.name] = HostTensor(shape: parameter.shape, values: values)
    }
    return result
  }

  private func importTensor(
    _ values: [Float], _ tensor: Tensor, base: UnsafeMutableRawPointer?
  ) throws {
    var values = values
    try values.withUnsafeMutableBytes { bytes in
      guard let plain = bytes.baseAddress else { return }
      try exchange(tensor, base: base, rowMajor: plain, exporting: false)
    }
  }

  /// Moves one tensor between its own layout and row-major memory. `base` replaces the tensor's
  /// region by another of the same offsets.
  private func exchange(
    _ tensor: Tensor, base: UnsafeMutableRawPointer?, rowMajor: UnsafeMutableRawPointer,
    exporting: Bool
  ) throws {
    let place = base.map { $0 + buffers[tensor.buffer].offset } ?? pointer(tensor.buffer)
    let dims = (0..<tensor.descriptor.axes).map { tensor.descriptor.dim($0) }
    let plain = try Descriptor(dims, .f32, .rowMajor(dims.count))
    if tensor.descriptor == plain {
      if exporting {
        rowMajor.copyMemory(from: place, byteCount: plain.bytes)
      } else {
        place.copyMemory(from: rowMajor, byteCount: plain.bytes)
      }
      return
    }
    let (source, target) = exporting ? (tensor.descriptor, plain) : (plain, tensor.descriptor)
    let reorder = try Primitive("a reorder") {
      ichor_reorder($0, source.pointer, target.pointer)
    }
    let scratch = try reorder.descriptor(.scratchpad)
    let scratchpad = UnsafeMutableRawPointer.allocate(
      byteCount: max(scratch.bytes, 64), alignment: 64)
    defer { scratchpad.deallocate() }
    var memories: [OpaquePointer?] = []
    defer { memories.forEach { ichor_memory_destroy($0) } }
    let places = exporting ? (place, rowMajor) : (rowMajor, place)
    for (descriptor, data) in [
      (source, places.0), (target, places.1), (scratch, scratchpad),
    ] {
      var memory: OpaquePointer?
      try check(ichor_memory_create(&memory, descriptor.pointer, data), "place a tensor")
      memories.append(memory)
    }
    let roles = [Role.src.code, Role.dst.code, Role.scratchpad.code]
    try check(
      ichor_primitive_execute(reorder.pointer, 3, roles, memories), "reorder a parameter")
  }
}
