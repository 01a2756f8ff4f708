import Foundation
import Randomness

/// Numbers different texts in the order of their first appearance, and finds the number of a text.
///
/// A text takes 16 to 24 bytes besides its UTF-8; in a dictionary of strings it takes several times
/// that.
package struct TextIndex: Sendable {
  private var texts = PackedTexts()
  /// Open addressing with linear probing; 0 is free, else the number of the text plus 1. The length
  /// is a power of two and at most half full.
  private var slots = [UInt32](repeating: 0, count: 1 << 12)

  package init() {}

  /// How many different texts there are.
  package var count: Int { texts.count }

  package subscript(number: Int) -> String { texts[number] }

  /// The number of a text, `nil` where it was never inserted.
  package func number(of text: UnsafeRawBufferPointer) -> Int? {
    let number = slots[slot(of: text)]
    return number == 0 ? nil : Int(number) - 1
  }

  package func number(of text: String) -> Int? {
    var text = text
    return text.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
  }

  /// The number of a text; a text that is new gets the next number.
  package mutating func insert(_ text: UnsafeRawBufferPointer) -> Int {
    let slot = slot(of: text)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    precondition(count < Int(UInt32.max) - 1, "an index numbers fewer than 2^32 texts")
    texts.append(text)
    slots[slot] = UInt32(count)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  package mutating func insert(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { insert(UnsafeRawBufferPointer($0)) }
  }

  /// The same, but different spellings of one text count as one, as they do for `String`: by
  /// Unicode's Normalization Form C.
  package mutating func insert(canonical text: String) -> Int {
    insert(
      text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping)
  }

  /// The numbers in the order of the texts' bytes.
  package func sorted() -> [Int] { (0..<count).sorted { texts.precedes($0, $1) } }

  /// Whether a text comes before another one in the order of their bytes.
  package func precedes(_ first: Int, _ second: Int) -> Bool { texts.precedes(first, second) }

  /// The slot that holds the text, or the free one where it belongs.
  private func slot(of text: UnsafeRawBufferPointer) -> Int {
    let hash = FNV1a.hash(text)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
    while slots[slot] != 0,
      texts.withBytes(of: Int(slots[slot]) - 1, { PackedTexts.order($0, text) != 0 })
    {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for number in 0..<count {
      slots[texts.withBytes(of: number) { slot(of: $0) }] = UInt32(number + 1)
    }
  }
}
