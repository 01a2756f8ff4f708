import Foundation

/// A byte string put together field by field, so that the order of such strings, byte by byte, is that
/// of their fields.
///
/// `RecordFields` takes it apart.
package struct SortableRecord: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// A record that begins with a text.
  package init(text: String) { append(text: text) }

  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// A text in the order of its UTF-8; a shorter one comes before those that begin with it.
  package mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(text: UnsafeRawBufferPointer($0)) }
  }

  /// The same of bytes that need not be UTF-8.
  package mutating func append(text: UnsafeRawBufferPointer) {
    // The end is a 0, so that no longer text comes before it; a 0 within is written in two bytes, and
    // so is the byte that this takes.
    if text.contains(where: { $0 <= RecordFields.escape }) {
      for byte in text {
        if byte <= RecordFields.escape {
          bytes.append(RecordFields.escape)
          bytes.append(byte + 1)
        } else {
          bytes.append(byte)
        }
      }
    } else {
      bytes.append(contentsOf: text)
    }
    bytes.append(0)
  }

  /// A text in the order of `String`, to which different spellings of one text are equal: by the
  /// UTF-8 of its canonical composition (Unicode's Normalization Form C).
  package mutating func append(canonical text: String) {
    let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
    append(text: isPlain ? text : text.precomposedStringWithCanonicalMapping)
  }

  package mutating func append(_ value: Int) {
    append(bits: UInt64(bitPattern: Int64(value)) ^ 1 << 63)
  }

  /// A number that is not NaN; 0 and -0 are equal.
  package mutating func append(_ value: Double) {
    let bits = (value == 0 ? 0 : value).bitPattern
    // Of negative numbers the larger magnitude comes first.
    append(bits: bits >> 63 == 1 ? ~bits : bits | 1 << 63)
  }

  /// Bytes as they are: in a key only where all records have as many.
  package mutating func append(bytes: UnsafeRawBufferPointer) {
    self.bytes.append(contentsOf: bytes)
  }

  private mutating func append(bits: UInt64) {
    withUnsafeBytes(of: bits.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
