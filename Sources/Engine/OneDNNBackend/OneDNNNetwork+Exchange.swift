import COneDNN
import ParameterMemory

/// Parameters in and out of their layouts, as row-major tensors.
extension OneDNNNetwork {
  func read(_ parameter: Int, in block: FlatParameters.Block?) throws -> [Float] {
    let count = program.graph.parameters[parameter].shape.elementCount
    var values = [Float](repeating: 0, count: count)
    try values.withUnsafeMutableBytes { bytes in
      guard let plain = bytes.baseAddress else { return }
      try exchange(parameter, in: block, rowMajor: plain, reading: true)
    }
    return values
  }

  func write(_ values: [Float], to parameter: Int, in block: FlatParameters.Block?) throws {
    var values = values
    try values.withUnsafeMutableBytes { bytes in
      guard let plain = bytes.baseAddress else { return }
      try exchange(parameter, in: block, rowMajor: plain, reading: false)
    }
  }

  private func exchange(
    _ parameter: Int, in block: FlatParameters.Block?, rowMajor: UnsafeMutableRawPointer,
    reading: Bool
  ) throws {
    let tensor = parameterTensors[parameter]
    let place = UnsafeMutableRawPointer(
      block.map { memory.address(of: tensor.buffer, in: $0) } ?? memory[tensor.buffer])
    let dims = (0..<tensor.descriptor.axes).map { tensor.descriptor.dim($0) }
    let plain = try Descriptor(dims, .f32, .rowMajor(dims.count))
    let (source, target) =
      reading
      ? (Place(tensor.descriptor, place), Place(plain, rowMajor))
      : (Place(plain, rowMajor), Place(tensor.descriptor, place))
    if tensor.descriptor == plain {
      target.data.copyMemory(from: source.data, byteCount: plain.bytes)
    } else {
      try reorder(source, to: target)
    }
  }

  /// A piece of memory and its layout.
  private struct Place {
    let descriptor: Descriptor
    let data: UnsafeMutableRawPointer

    init(_ descriptor: Descriptor, _ data: UnsafeMutableRawPointer) {
      self.descriptor = descriptor
      self.data = data
    }
  }

  /// Runs one reorder immediately, outside any program.
  private func reorder(_ source: Place, to target: Place) throws {
    let reorder = try Primitive("a reorder") {
      ichor_reorder($0, source.descriptor.pointer, target.descriptor.pointer)
    }
    let scratch = try reorder.descriptor(.scratchpad)
    let scratchpad = UnsafeMutableRawPointer.allocate(
      byteCount: max(scratch.bytes, 64), alignment: 64)
    defer { scratchpad.deallocate() }
    var memories: [OpaquePointer?] = []
    defer { memories.forEach { ichor_memory_destroy($0) } }
    for place in [source, target, Place(scratch, scratchpad)] {
      var memory: OpaquePointer?
      try check(
        ichor_memory_create(&memory, place.descriptor.pointer, place.data), "place a tensor")
      memories.append(memory)
    }
    let roles = [Role.src.code, Role.dst.code, Role.scratchpad.code]
    try check(
      ichor_primitive_execute(reorder.pointer, 3, roles, memories), "reorder a parameter")
  }
}
