/// A block of memory with one purpose.
enum Region: Int, CaseIterable {
  /// Activations, their gradients and scratch, planned over the steps.
  case arena
  /// Parameters that are trained.
  case parameters
  /// Their gradients, at the same offsets.
  case gradients
  /// Running means and variances.
  case statistics
  /// Folded weights and biases.
  case working
  /// The caller's own memory: the input and the gradient of the logits.
  case external
}

/// One tensor's place. Index into `Lowering.buffers` and `Memory.pointers`.
struct BufferID: Hashable {
  let index: Int
}

struct Buffer {
  let region: Region
  /// Floats.
  let count: Int
  /// Floats from the region's start; of arena buffers set by the plan.
  var offset: Int
  /// First and last position in the program that touches it (arena only).
  var steps: ClosedRange<Int>
}

/// The blocks of a network and every buffer's address in them.
final class Memory {
  let bases: [Floats]
  private var pointers: [Floats]

  init(_ buffers: [Buffer], regionCounts: [Int]) {
    let bases = regionCounts.map { count in
      let bytes = max(count * MemoryLayout<Float>.stride, 64)
      let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      let floats = raw.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
      floats.initialize(repeating: 0, count: bytes / MemoryLayout<Float>.stride)
      return floats
    }
    self.bases = bases
    pointers = buffers.map { bases[$0.region.rawValue] + $0.offset }
  }

  deinit { bases.forEach { UnsafeMutableRawPointer($0).deallocate() } }

  subscript(id: BufferID) -> Floats { pointers[id.index] }

  /// Points an external buffer at the caller's memory, which is only read.
  func place(_ id: BufferID, at data: UnsafePointer<Float>) {
    pointers[id.index] = Floats(mutating: data)
  }
}
