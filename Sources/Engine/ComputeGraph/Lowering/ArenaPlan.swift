/// Offsets in one block of memory for buffers that live over known spans of steps.
///
/// Largest first, each at the lowest offset where it overlaps no placed buffer whose span meets
/// its own ("greedy by size", Pisarchyk & Lee, arXiv:2001.03288).
package struct ArenaPlan: Sendable {
  /// One buffer: its size in bytes and the first and last step that touch it, inclusive.
  package struct Request: Sendable {
    package var bytes: Int
    package var steps: ClosedRange<Int>

    package init(bytes: Int, steps: ClosedRange<Int>) {
      self.bytes = bytes
      self.steps = steps
    }
  }

  /// Byte offset of every request, in the order given.
  package let offsets: [Int]
  /// Size of the block in bytes.
  package let bytes: Int

  /// - Parameter alignment: every offset is a multiple of it.
  package init(_ requests: [Request], alignment: Int = 64) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [(offset: Int, end: Int, steps: ClosedRange<Int>)] = []
    var total = 0
    let order = requests.indices.sorted {
      (requests[$1].bytes, $0) < (requests[$0].bytes, $1)
    }
    for index in order where requests[index].bytes > 0 {
      let request = requests[index]
      let bytes = (request.bytes + alignment - 1) / alignment * alignment
      var offset = 0
      // `placed` is kept sorted by offset: the first gap that is wide enough is the lowest.
      for other in placed where other.steps.overlaps(request.steps) {
        if other.offset >= offset + bytes { break }
        offset = max(offset, other.end)
      }
      offsets[index] = offset
      let position = placed.firstIndex { $0.offset > offset } ?? placed.endIndex
      placed.insert((offset, offset + bytes, request.steps), at: position)
      total = max(total, offset + bytes)
    }
    self.offsets = offsets
    self.bytes = total
  }
}
