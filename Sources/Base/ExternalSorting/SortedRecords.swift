import Foundation

/// The records of an `ExternalSorter` in their order, one after the other.
package final class SortedRecords {
  private enum Source {
    case block(RecordBlock)
    /// Runs with a record each, as a binary heap: the smallest record on top.
    case runs([RunReader])
  }

  private var source: Source
  private var taken = 0

  init(_ block: RecordBlock) { source = .block(block) }

  init(merging runs: some Sequence<Range<Int>>, of file: ScratchFile, bufferLength: Int) throws {
    var heap: [RunReader] = []
    for run in runs {
      let reader = RunReader(run, of: file, bufferLength: bufferLength)
      if try reader.advance() { heap.append(reader) }
    }
    for index in heap.indices.reversed() { Self.sink(index, in: &heap) }
    source = .runs(heap)
  }

  /// The next record, `nil` behind the last. Its bytes are valid until the next call.
  ///
  /// - Throws: `IchorError(.inputOutput)` where scratch can't be read.
  package func next() throws -> UnsafeRawBufferPointer? {
    defer { taken += 1 }
    switch source {
    case .block(let block): return taken < block.count ? block[taken] : nil
    case .runs(var heap):
      // Nobody else may hold the array while it is changed, or every record would copy it.
      source = .runs([])
      defer { source = .runs(heap) }
      // The record on top is passed only now: until here its bytes were the caller's.
      if taken > 0, let top = heap.first {
        if try !top.advance() {
          heap.swapAt(0, heap.count - 1)
          heap.removeLast()
        }
        Self.sink(0, in: &heap)
      }
      return heap.first?.record
    }
  }

  private static func sink(_ index: Int, in heap: inout [RunReader]) {
    var parent = index
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if RecordOrder.precedes(heap[child].record, heap[least].record) { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
