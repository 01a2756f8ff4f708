import Foundation

/// Sorts any number of byte strings in a fixed amount of memory.
///
/// Where they don't fit, sorted runs go to a scratch file and are merged as they are read (Knuth, The
/// Art of Computer Programming, volume 3, 5.4); where they do, nothing is written. Equal records all stay.
package final class ExternalSorter {
  /// Buffers smaller than this make a merge wait for the disk.
  private static let shortestBuffer = 1 << 15
  private static let longestBuffer = 1 << 17

  private let scratch: ScratchFolder
  private let memory: Int
  private var block: RecordBlock?
  private var file: ScratchFile?
  private var runs: [Range<Int>] = []
  private var isSorted = false
  /// Records appended so far.
  package private(set) var count = 0

  /// - Parameters:
  ///   - scratch: where what doesn't fit is put.
  ///   - memory: in bytes.
  package init(in scratch: ScratchFolder, memory: Int = 1 << 23) {
    self.scratch = scratch
    self.memory = memory
  }

  /// - Precondition: nothing was read yet.
  /// - Throws: `IchorError` where scratch can't be written.
  package func append(_ record: UnsafeRawBufferPointer) throws {
    precondition(!isSorted, "a record comes before the first is read")
    let block = self.block ?? RecordBlock(memory: memory)
    self.block = block
    if !block.hasRoom(for: record.count) { try spill(block) }
    block.append(record)
    count += 1
  }

  package func append(_ record: SortableRecord) throws {
    try record.bytes.withUnsafeBytes { try append($0) }
  }

  /// All records in the order of their bytes; every call begins with the first.
  ///
  /// - Throws: `IchorError` where scratch can't be written.
  package func sorted() throws -> SortedRecords {
    if !isSorted {
      isSorted = true
      if file == nil {
        block?.sort()
      } else {
        if let block { try spill(block) }
        block = nil
        try mergeDown()
      }
    }
    if let file {
      return try SortedRecords(
        merging: runs, of: file, bufferLength: Self.bufferLength(memory, runs: runs.count))
    }
    return SortedRecords(block ?? RecordBlock(memory: 0))
  }

  private func spill(_ block: RecordBlock) throws {
    let file = try self.file ?? scratch.makeFile()
    self.file = file
    block.sort()
    let writer = RunWriter(to: file)
    for index in 0..<block.count { try writer.append(block[index]) }
    runs.append(try writer.finish())
    block.removeAll()
  }

  /// Leaves no more runs than can be merged at once.
  private func mergeDown() throws {
    let width = max(2, memory / Self.shortestBuffer)
    while let file, runs.count > width {
      let target = try scratch.makeFile()
      var longer: [Range<Int>] = []
      for begin in stride(from: 0, to: runs.count, by: width) {
        let group = runs[begin..<min(begin + width, runs.count)]
        let records = try SortedRecords(
          merging: group, of: file,
          bufferLength: Self.bufferLength(memory, runs: group.count))
        let writer = RunWriter(to: target)
        while let record = try records.next() { try writer.append(record) }
        longer.append(try writer.finish())
      }
      (self.file, runs) = (target, longer)
    }
  }

  private static func bufferLength(_ memory: Int, runs: Int) -> Int {
    min(longestBuffer, max(shortestBuffer, memory / max(1, runs)))
  }
}
