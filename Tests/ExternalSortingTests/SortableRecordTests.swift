import Diagnostics
import ExternalSorting
import Foundation
import Testing

@Suite struct SortableRecordTests {
  /// Whether records of ascending values ascend.
  private func expectAscending<Value>(
    _ values: [Value], at place: SourceLocation = #_sourceLocation,
    _ append: (inout SortableRecord, Value) -> Void
  ) {
    for (first, second) in zip(values, values.dropFirst()) {
      // What follows a field must not matter.
      for (behind, other) in [(Int.max, Int.min), (Int.min, Int.max)] {
        var (lower, upper) = (SortableRecord(), SortableRecord())
        append(&lower, first)
        lower.append(behind)
        append(&upper, second)
        upper.append(other)
        #expect(
          lower.bytes.lexicographicallyPrecedes(upper.bytes), "\(first), \(second)",
          sourceLocation: place)
      }
    }
  }

  @Test func wholeNumbersAndFractionsAscend() {
    expectAscending([Int.min, -1 << 40, -2, -1, 0, 1, 255, 256, 1 << 40, Int.max]) { $0.append($1) }
    expectAscending([
      -Double.infinity, -1e9, -2.5, -2, -1e-6, -Double.leastNonzeroMagnitude, 0,
      Double.leastNonzeroMagnitude, 1e-6, 2, 2.5, 1e9, Double.infinity,
    ]) { $0.append($1) }
    var (zero, negative) = (SortableRecord(), SortableRecord())
    zero.append(0.0)
    negative.append(-0.0)
    #expect(zero.bytes == negative.bytes)
  }

  @Test func textsAscendByTheirBytes() {
    let texts = [
      "", "\0", "\0\0", "\0\u{1}", "\0a", "\u{1}", "\u{1}\0", "\u{1}\u{1}", "\u{2}", "a", "a\0",
      "a\u{1}", "a\u{2}", "a b", "a.dcm", "a/b", "ab", "b", "e\u{301}", "é", "z\u{10FFFF}",
    ].sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    expectAscending(texts) { $0.append(text: $1) }
  }

  /// é and Å are spelled in one and in two scalars: `String` has one order for both.
  @Test func canonicalTextsAscendAsStringsDo() {
    let texts = ["e\u{301}clair", "éclair 2", "f", "z", "a\u{30A}rhus", "ångström", "Å", "A", "日本"]
    expectAscending(texts.sorted()) { $0.append(canonical: $1) }
    var (one, two) = (SortableRecord(), SortableRecord())
    one.append(canonical: "é")
    two.append(canonical: "e\u{301}")
    #expect(one.bytes == two.bytes)
  }

  private func read(_ bytes: [UInt8], _ body: (inout RecordFields) throws -> Void) throws {
    try bytes.withUnsafeBytes { bytes throws in
      var fields = RecordFields(bytes)
      try body(&fields)
    }
  }

  @Test func fieldsComeBack() throws {
    var record = SortableRecord(text: "a\0b\u{1}c\u{2}")
    record.append(-7)
    record.append(text: "")
    record.append(text: "Müller/IM 1")
    record.append(1.5)
    try read(record.bytes) { fields in
      let texts = (try fields.text(), try fields.integer(), try fields.text())
      #expect(texts == ("a\0b\u{1}c\u{2}", -7, ""))
      let key = [UInt8](try fields.key())
      #expect(key == Array("Müller/IM 1\0".utf8))
      let number = try fields.bytes(8)
      #expect(number.count == 8 && fields.isAtEnd)
    }
  }

  @Test func whatIsNoRecordIsRefused() throws {
    // Nothing, a text without its end and a number cut short.
    for bytes: [UInt8] in [[], [65], [65, 66]] {
      try read(bytes) { fields in
        let error = #expect(throws: IchorError.self) { try fields.integer() }
        #expect(error?.code == "scratch-damaged" && error?.kind == .inputOutput)
        #expect(throws: IchorError.self) { try fields.text() }
        #expect(throws: IchorError.self) { try fields.bytes(-1) }
        #expect(throws: IchorError.self) { try fields.bytes(3) }
      }
    }
    // An escape that escapes nothing.
    try read([1, 0]) { fields in
      let text = try fields.text()
      #expect(text.isEmpty)
    }
  }
}
