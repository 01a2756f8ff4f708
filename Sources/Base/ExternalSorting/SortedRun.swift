import Foundation

/// Appends records to a scratch file, each behind its length: a run where they come sorted.
final class RunWriter {
  private static let bufferLength = 1 << 17

  private let file: ScratchFile
  private let begin: Int
  private var buffer: [UInt8] = []

  init(to file: ScratchFile) {
    self.file = file
    begin = file.length
  }

  func append(_ record: UnsafeRawBufferPointer) throws {
    withUnsafeBytes(of: UInt32(record.count)) { buffer.append(contentsOf: $0) }
    buffer.append(contentsOf: record)
    if buffer.count >= Self.bufferLength { try flush() }
  }

  /// Where the run stands in the file.
  func finish() throws -> Range<Int> {
    try flush()
    return begin..<file.length
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try file.append($0) }
    buffer.removeAll(keepingCapacity: true)
  }
}

/// Reads a run through a buffer of its own.
final class RunReader {
  private static let prefix = MemoryLayout<UInt32>.size

  private let file: ScratchFile
  /// What of the run is not in the buffer yet.
  private var unread: Range<Int>
  private var buffer: UnsafeMutableRawBufferPointer
  /// What of the buffer is filled and not passed.
  private var filled = 0..<0
  /// The record read last; valid until the next is read.
  private(set) var record = UnsafeRawBufferPointer(start: nil, count: 0)

  init(_ run: Range<Int>, of file: ScratchFile, bufferLength: Int) {
    self.file = file
    unread = run
    buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(64, min(bufferLength, run.count)), alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Reads the next record; `false` behind the last.
  func advance() throws -> Bool {
    guard !filled.isEmpty || !unread.isEmpty else { return false }
    try fill(Self.prefix)
    let length = Int(
      UnsafeRawBufferPointer(buffer).loadUnaligned(
        fromByteOffset: filled.lowerBound, as: UInt32.self))
    try fill(Self.prefix + length)
    let begin = filled.lowerBound + Self.prefix
    record = UnsafeRawBufferPointer(rebasing: buffer[begin..<begin + length])
    filled = begin + length..<filled.upperBound
    return true
  }

  /// Has the buffer hold so many bytes at least.
  private func fill(_ count: Int) throws {
    if filled.count >= count { return }
    guard filled.count + unread.count >= count else { throw file.damage() }
    let rest = UnsafeRawBufferPointer(rebasing: buffer[filled])
    if count > buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      larger.copyMemory(from: rest)
      buffer.deallocate()
      buffer = larger
    } else {
      // The two may overlap, which `copyMemory` allows.
      buffer.copyMemory(from: rest)
    }
    let more = min(buffer.count - rest.count, unread.count)
    try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[rest.count..<rest.count + more]),
      at: unread.lowerBound)
    filled = 0..<rest.count + more
    unread = unread.lowerBound + more..<unread.upperBound
  }
}
