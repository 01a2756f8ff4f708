import Foundation
import OperatingSystem
import Randomness

/// A line of a `HashMemory`'s file: `SHA256 TAB BYTES TAB MODIFIED TAB CHECK TAB NAME`, where CHECK is
/// the FNV-1a hash of what stands before it and of the name: a damaged line is passed over.
struct HashMemoryLine {
  /// The hash in 64 hexadecimal digits.
  private let digits: Slice<UnsafeBufferPointer<UInt8>>
  let stamp: ContentStamp
  let name: UnsafeBufferPointer<UInt8>

  private init?(_ line: UnsafeBufferPointer<UInt8>) {
    let tab = UInt8(ascii: "\t")
    guard line.count > 64, line[64] == tab, let first = line[65...].firstIndex(of: tab),
      let second = line[(first + 1)...].firstIndex(of: tab),
      let third = line[(second + 1)...].firstIndex(of: tab),
      let size = Self.number(line[65..<first]), let time = Self.number(line[(first + 1)..<second]),
      line[..<64].allSatisfy({ Self.value(of: $0) != nil }),
      Self.hexadecimal(line[(second + 1)..<third])
        == FNV1a.hash(
          UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(line)[(third + 1)...]),
          after: FNV1a.hash(
            UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(line)[...second])))
    else { return nil }
    digits = line[..<64]
    stamp = ContentStamp(bytes: size, modified: time)
    name = UnsafeBufferPointer(rebasing: line[(third + 1)...])
  }

  /// The text of a line, line feed included.
  static func text(_ sha256: String, _ stamp: ContentStamp, name: String) -> String {
    let beginning = "\(sha256)\t\(stamp.bytes)\t\(stamp.modified)\t"
    return "\(beginning)\(String(FNV1a.hash(beginning + name), radix: 16))\t\(name)\n"
  }

  var hash: RememberedHash {
    var words = SIMD4<UInt64>()
    withUnsafeMutableBytes(of: &words) { bytes in
      for offset in 0..<32 {
        let high = Self.value(of: digits[2 * offset]) ?? 0
        bytes[offset] = high << 4 | (Self.value(of: digits[2 * offset + 1]) ?? 0)
      }
    }
    return RememberedHash(stamp: stamp, words: words)
  }

  /// Calls the body for every well-formed line of a file, in order; the file may be missing.
  static func forEach(in file: URL, _ body: (HashMemoryLine) throws -> Void) rethrows {
    guard let open = try? OpenFile(file.path, O_RDONLY) else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var used = 0
    while true {
      if used == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
      let count = try? buffer.withUnsafeMutableBytes {
        try open.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[used...]))
      }
      // A memory that cannot be read merely remembers less.
      guard let count, count > 0 else { break }
      used += count
      let taken = try buffer.withUnsafeBufferPointer {
        try lines(of: UnsafeBufferPointer(rebasing: $0[..<used]), body)
      }
      buffer.removeSubrange(..<taken)
      buffer.append(contentsOf: repeatElement(0, count: taken))
      used -= taken
    }
  }

  /// Passes whole lines on and returns how many bytes they took.
  private static func lines(
    of bytes: UnsafeBufferPointer<UInt8>, _ body: (HashMemoryLine) throws -> Void
  ) rethrows -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var begin = 0
    while begin < bytes.count, let end = memchr(base + begin, 0x0A, bytes.count - begin) {
      let length = UnsafeRawPointer(end) - UnsafeRawPointer(base + begin)
      if let line = HashMemoryLine(UnsafeBufferPointer(start: base + begin, count: length)) {
        try body(line)
      }
      begin += length + 1
    }
    return begin
  }

  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    Int(String(decoding: digits, as: UTF8.self))
  }

  /// `nil` for what is no number of 1 to 16 digits as `text` writes it.
  private static func hexadecimal(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    guard (1...16).contains(digits.count) else { return nil }
    var number: UInt64 = 0
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      number = number << 4 | UInt64(value)
    }
    return number
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
