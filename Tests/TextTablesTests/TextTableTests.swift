import Foundation
import TextTables
import Testing

@Suite struct TextTableTests {
  private let odd = [
    "", "a", "a/b", "a.dcm", "ab", "é", "e\u{301}", "日本", "\u{1}", "z\u{10FFFF}", "a",
  ]

  @Test func textsKeepOrderAndContent() {
    var texts = PackedTexts()
    for text in odd { texts.append(text) }
    #expect(texts.count == odd.count)
    for (number, text) in odd.enumerated() {
      // Equal as strings is not enough: é has two spellings.
      #expect(Array(texts[number].utf8) == Array(text.utf8))
      texts.withBytes(of: number) { #expect(Array($0) == Array(text.utf8)) }
    }
  }

  @Test func ordersAreThoseOfBytesAndOfStrings() {
    var texts = PackedTexts()
    for text in odd { texts.append(text) }
    for (first, left) in odd.enumerated() {
      for (second, right) in odd.enumerated() {
        let bytes = Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
        #expect(texts.precedes(first, second) == bytes, "\(left) \(right)")
        #expect(texts.precedesAsString(first, second) == (left < right), "\(left) \(right)")
      }
    }
  }

  @Test func anIndexKeepsManyTextsApart() {
    var index = TextIndex()
    let names = (0..<20_000).map { "ID_" + String($0, radix: 16) }
    for (number, name) in names.enumerated() { #expect(index.insert(name) == number) }
    for (number, name) in names.enumerated() { #expect(index.insert(name) == number) }
    #expect(index.count == names.count)
    #expect(names.enumerated().allSatisfy { index.number(of: $1) == $0 })
    #expect(index.number(of: "ID_ffffff") == nil && index.number(of: "") == nil)
    #expect(index[0x1234] == "ID_1234")
    #expect(index.sorted().map { index[$0] } == names.sorted())
  }

  @Test func anIndexTellsSpellingsApartUnlessAskedNotTo() {
    var exact = TextIndex()
    #expect(exact.insert("é") == 0 && exact.insert("e\u{301}") == 1)
    var canonical = TextIndex()
    #expect(canonical.insert(canonical: "é") == 0 && canonical.insert(canonical: "e\u{301}") == 0)
    #expect(canonical.insert(canonical: "e") == 1 && canonical.insert(canonical: "") == 2)
    #expect(canonical.count == 3)
  }
}
