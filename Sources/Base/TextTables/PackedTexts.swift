import Foundation

/// Texts one after the other in one buffer, numbered in order of arrival: each takes eight bytes
/// besides its UTF-8, where an array of `String` takes about sixty.
package struct PackedTexts: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text ends in `bytes`.
  private var ends: [Int] = []

  package init() {}

  package var count: Int { ends.count }

  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  package mutating func append(_ text: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  package subscript(number: Int) -> String {
    withBytes(of: number) { String(decoding: $0, as: UTF8.self) }
  }

  /// Passes on the UTF-8 of a text.
  ///
  /// - Throws: only what `body` throws.
  package func withBytes<Result>(
    of number: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let begin = number == 0 ? 0 : ends[number - 1]
    return try bytes.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[begin..<ends[number]]))
    }
  }

  /// Whether a text comes before another one in the order of their bytes.
  package func precedes(_ first: Int, _ second: Int) -> Bool {
    withBytes(of: first) { first in
      withBytes(of: second) { second in Self.order(first, second) < 0 }
    }
  }

  /// Whether a text comes before another one in the order of `String`, in which different spellings
  /// of one text are equal.
  package func precedesAsString(_ first: Int, _ second: Int) -> Bool {
    withBytes(of: first) { left in
      withBytes(of: second) { right in
        let isPlain = left.allSatisfy { $0 < 0x80 } && right.allSatisfy { $0 < 0x80 }
        return isPlain ? Self.order(left, right) < 0 : self[first] < self[second]
      }
    }
  }

  /// Negative, 0 or positive, as memcmp(3); of two that begin alike, the shorter comes first.
  static func order(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
    if let left = first.baseAddress, let right = second.baseAddress {
      let order = memcmp(left, right, min(first.count, second.count))
      if order != 0 { return Int(order) }
    }
    return first.count - second.count
  }
}
