/// A block of a compiled network's memory with one purpose.
package enum MemoryRegion: Int, CaseIterable, Sendable {
  /// Activations, their gradients and scratch, planned over the steps.
  case arena
  /// The trained parameters, 32-bit.
  case parameters
  /// Their gradients, at the same offsets.
  case gradients
  /// Running means and variances.
  case statistics
  /// What derives from the parameters: folded weights, weights in a kernel's layout and precision.
  case working
  /// The logits and their gradient, row-major and 32-bit, where the caller looks.
  case boundary
  /// The caller's memory, such as the input.
  case external
}

/// The place of one tensor: an index into `MemoryPlan.buffers`.
package struct BufferID: Hashable, Sendable {
  package let index: Int
}

/// A tensor's bytes in a region.
package struct PlannedBuffer: Sendable {
  package let region: MemoryRegion
  package let bytes: Int
  /// Bytes from the region's start; in the arena the plan sets it.
  package internal(set) var offset: Int
  /// First and last position in the program that touches it (arena only).
  package internal(set) var steps: ClosedRange<Int>
}

/// Where every buffer of a compiled network lies.
package struct MemoryPlan: Sendable {
  package let buffers: [PlannedBuffer]
  private let sizes: [Int]

  /// Places the arena's buffers.
  ///
  /// - Parameter sizes: bytes of every other region.
  init(_ buffers: [PlannedBuffer], sizes: [Int]) {
    let indices = buffers.indices.filter { buffers[$0].region == .arena }
    let arena = ArenaPlan(
      indices.map { ArenaPlan.Request(bytes: buffers[$0].bytes, steps: buffers[$0].steps) })
    var (buffers, sizes) = (buffers, sizes)
    for (place, index) in indices.enumerated() { buffers[index].offset = arena.offsets[place] }
    sizes[MemoryRegion.arena.rawValue] = arena.bytes
    self.buffers = buffers
    self.sizes = sizes
  }

  package subscript(id: BufferID) -> PlannedBuffer { buffers[id.index] }

  /// Size of a region in bytes.
  package subscript(region: MemoryRegion) -> Int { sizes[region.rawValue] }
}
