import Foundation

/// Keeps any number of byte strings in the order of their coming, in a fixed amount of memory.
package final class RecordSpool {
  private static let memory = 1 << 20

  private let scratch: ScratchFolder
  private let block = RecordBlock(memory: memory)
  private var file: ScratchFile?
  private var writer: RunWriter?
  private var reader: RunReader?
  /// How many records of the block were read.
  private var taken = 0
  /// Records appended so far.
  package private(set) var count = 0

  /// - Parameter scratch: where what doesn't fit into memory is put.
  package init(in scratch: ScratchFolder) { self.scratch = scratch }

  /// - Precondition: nothing was read yet.
  /// - Throws: `IchorError` where scratch can't be written.
  package func append(_ record: UnsafeRawBufferPointer) throws {
    precondition(taken == 0 && reader == nil, "a record comes before the first is read")
    if !block.hasRoom(for: record.count) { try spill() }
    block.append(record)
    count += 1
  }

  /// The next record, `nil` behind the last. Its bytes are valid until the next call.
  ///
  /// - Throws: `IchorError` where scratch can't be written or read.
  package func next() throws -> UnsafeRawBufferPointer? {
    if reader == nil, file != nil { try spill() }
    if reader == nil, let file, let run = try writer?.finish() {
      writer = nil
      reader = RunReader(run, of: file, bufferLength: 1 << 17)
    }
    if let reader { return try reader.advance() ? reader.record : nil }
    guard taken < block.count else { return nil }
    defer { taken += 1 }
    return block[taken]
  }

  private func spill() throws {
    let file = try self.file ?? scratch.makeFile()
    self.file = file
    let writer = self.writer ?? RunWriter(to: file)
    self.writer = writer
    for index in 0..<block.count { try writer.append(block[index]) }
    block.removeAll()
  }
}
