import Diagnostics
import Foundation

/// Takes the fields of a `SortableRecord` one after the other.
///
/// Reads the bytes where they are: it may not outlive them. Bytes that are no record throw
/// `IchorError(.inputOutput)`.
package struct RecordFields {
  /// Stands before a byte that is not above it, which it raises by one.
  static let escape: UInt8 = 1

  /// The fields not yet taken, as they are.
  package private(set) var rest: UnsafeRawBufferPointer

  package init(_ record: UnsafeRawBufferPointer) { rest = record }

  package var isAtEnd: Bool { rest.isEmpty }

  /// A text as it is in the record, with the byte that ends it: a key to look up.
  package mutating func key() throws -> UnsafeRawBufferPointer {
    guard let base = rest.baseAddress, let end = memchr(base, 0, rest.count) else {
      throw Self.damage()
    }
    return try bytes(UnsafeRawPointer(end) - base + 1)
  }

  package mutating func text() throws -> String {
    let text = UnsafeRawBufferPointer(rebasing: try key().dropLast())
    guard let base = text.baseAddress, memchr(base, Int32(Self.escape), text.count) != nil else {
      return String(decoding: text, as: UTF8.self)
    }
    var plain: [UInt8] = []
    var isEscaped = false
    for byte in text {
      if isEscaped {
        plain.append(byte &- 1)
        isEscaped = false
      } else if byte == Self.escape {
        isEscaped = true
      } else {
        plain.append(byte)
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  package mutating func integer() throws -> Int {
    let bits = try bytes(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    return Int(Int64(bitPattern: bits ^ 1 << 63))
  }

  /// So many bytes.
  package mutating func bytes(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard (0...rest.count).contains(count) else { throw Self.damage() }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
    return UnsafeRawBufferPointer(rebasing: rest[..<count])
  }

  private static func damage() -> IchorError {
    IchorError(
      .inputOutput, code: "scratch-damaged", "a record of a scratch file is not what was written",
      remedy: "Check the disk of the artifacts, and run again.")
  }
}
