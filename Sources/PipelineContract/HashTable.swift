import Foundation

/// The lines of a `HashMemory`, packed and sorted by path: a million take some 90 MB.
struct HashTable: Sendable {
  private var paths = PackedPaths()
  private var stamps: [ContentStamp] = []
  /// 32 bytes each.
  private var hashes: [UInt8] = []
  private var order: [Int32] = []

  var lineCount: Int { stamps.count }

  /// Reads a file; an empty table where there is none.
  init(_ file: URL) {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var used = 0
    while true {
      if used == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
      let count = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { read(descriptor, $0 + used, bytes.count - used) } ?? 0
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      used += count
      let taken = buffer.withUnsafeBufferPointer {
        takeLines(UnsafeBufferPointer(rebasing: $0[..<used]))
      }
      buffer.removeSubrange(..<taken)
      buffer.append(contentsOf: repeatElement(0, count: taken))
      used -= taken
    }
    order = paths.sorted()
  }

  /// Adds whole lines and says how many bytes they took.
  private mutating func takeLines(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var begin = 0
    while begin < bytes.count, let end = memchr(base + begin, 0x0A, bytes.count - begin) {
      let length = UnsafeRawPointer(end) - UnsafeRawPointer(base + begin)
      take(UnsafeBufferPointer(start: base + begin, count: length))
      begin += length + 1
    }
    return begin
  }

  private mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
    let tab = UInt8(ascii: "\t")
    guard line.count > 64, line[64] == tab, let first = line[65...].firstIndex(of: tab),
      let second = line[(first + 1)...].firstIndex(of: tab),
      let size = Self.number(line[65..<first]), let time = Self.number(line[(first + 1)..<second])
    else { return }
    let length = hashes.count
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.digit(line[index]), let low = Self.digit(line[index + 1]) else {
        hashes.removeSubrange(length...)
        return
      }
      hashes.append(high << 4 | low)
    }
    stamps.append(ContentStamp(bytes: size, modified: time))
    paths.append(UnsafeBufferPointer(rebasing: line[(second + 1)...]))
  }

  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    Int(String(decoding: digits, as: UTF8.self))
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
  }

  /// The 32 bytes of the last line for a path, if its stamp is this one.
  func hash(of path: UnsafeBufferPointer<UInt8>, _ stamp: ContentStamp) -> ArraySlice<UInt8>? {
    // The first place whose path comes after this one; before it stands the last line for it.
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      let isBehind = paths.withPath(Int(order[middle])) { PackedPaths.compare($0, path) > 0 }
      if isBehind { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    let place = Int(order[low - 1])
    let isSame = paths.withPath(place) { PackedPaths.compare($0, path) == 0 }
    guard isSame, stamps[place] == stamp else { return nil }
    return hashes[place * 32..<place * 32 + 32]
  }
}
