import Foundation

/// Records in memory, in the order of their coming until they are sorted.
final class RecordBlock {
  private struct Entry {
    /// The first eight bytes, which settle most comparisons.
    let prefix: UInt64
    let begin: Int
    let length: Int
  }

  private let memory: Int
  private var bytes: UnsafeMutableRawBufferPointer
  private var used = 0
  private var entries: [Entry] = []

  /// - Parameter memory: what records and their order may take, in bytes.
  init(memory: Int) {
    self.memory = memory
    // What is never touched takes no memory.
    bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, memory), alignment: 16)
  }

  deinit { bytes.deallocate() }

  var count: Int { entries.count }

  /// Whether a record fits; one that alone is too long does.
  func hasRoom(for length: Int) -> Bool {
    entries.isEmpty || used + length + (count + 1) * MemoryLayout<Entry>.stride <= memory
  }

  func append(_ record: UnsafeRawBufferPointer) {
    if used + record.count > bytes.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: used + record.count, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<used]))
      bytes.deallocate()
      bytes = larger
    }
    UnsafeMutableRawBufferPointer(rebasing: bytes[used...]).copyMemory(from: record)
    var prefix: UInt64 = 0
    for index in 0..<min(8, record.count) { prefix |= UInt64(record[index]) << (56 - 8 * index) }
    entries.append(Entry(prefix: prefix, begin: used, length: record.count))
    used += record.count
  }

  /// The bytes stay until the block is changed or gone.
  subscript(index: Int) -> UnsafeRawBufferPointer {
    let entry = entries[index]
    return UnsafeRawBufferPointer(rebasing: bytes[entry.begin..<entry.begin + entry.length])
  }

  func sort() {
    let base = UnsafeRawPointer(bytes.baseAddress)
    entries.sort { first, second in
      if first.prefix != second.prefix { return first.prefix < second.prefix }
      guard let base else { return false }
      return RecordOrder.precedes(
        UnsafeRawBufferPointer(start: base + first.begin, count: first.length),
        UnsafeRawBufferPointer(start: base + second.begin, count: second.length))
    }
  }

  func removeAll() {
    entries.removeAll(keepingCapacity: true)
    used = 0
  }
}

/// The order of records: by their bytes, the shorter first of two that begin alike.
enum RecordOrder {
  static func precedes(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
    if let left = first.baseAddress, let right = second.baseAddress {
      let order = memcmp(left, right, min(first.count, second.count))
      if order != 0 { return order < 0 }
    }
    return first.count < second.count
  }
}
