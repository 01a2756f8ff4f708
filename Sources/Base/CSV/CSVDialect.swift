/// Whose hand a CSV file is from: what is allowed in it.
package enum CSVDialect: Sendable {
  /// A stage's: RFC 4180 to the letter, UTF-8.
  case strict
  /// A person's or a spreadsheet's: whatever has one certain meaning.
  ///
  /// Fields are separated by commas, semicolons or tabs, by what the header has most of; lines end in
  /// LF, CRLF or CR; the text is UTF-8 or UTF-16. Spaces around fields, case in the header, blank
  /// lines, and empty fields and unnamed columns at the end mean nothing.
  case foreign

  /// What separates the fields of the first line.
  static func delimiter(of start: ArraySlice<UInt8>) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in start {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      counts[byte, default: 0] += 1
    }
    let known = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    // The first of equals wins, so that a line without any of them is one of commas.
    return known.reduce(known[0]) { (counts[$1] ?? 0) > (counts[$0] ?? 0) ? $1 : $0 }
  }
}
