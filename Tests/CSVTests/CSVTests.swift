import CSV
import Diagnostics
import Foundation
import TestFolders
import Testing

/// The rules are those of RFC 4180, section 2; the expected fields follow from its text.
@Suite struct CSVTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ text: String) throws -> URL {
    try file(bytes: Data(text.utf8))
  }

  private func file(bytes: Data) throws -> URL {
    let url = folder.url.appendingPathComponent("\(UUID()).csv")
    try bytes.write(to: url)
    return url
  }

  private func rows(of url: URL, required: [String] = []) throws -> [CSVRow] {
    let reader = try CSVReader(file: url, required: required)
    var rows: [CSVRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  private func code(_ text: String, required: [String] = []) throws -> (String, String?) {
    let url = try file(text)
    do {
      _ = try rows(of: url, required: required)
      return ("accepted", nil)
    } catch let error as IchorError {
      let line = error.location?.split(separator: ":").last.map(String.init)
      return (error.code, line)
    }
  }

  @Test func readsQuotesLineEndsAndByteOrderMark() throws {
    let url = try file("\u{FEFF}a,b\r\n\"x,\"\"y\"\"\",\"two\nlines\"\n,\n\"\",é\r\n\n")
    let reader = try CSVReader(file: url, required: ["b"])
    #expect(reader.header == ["a", "b"])
    #expect(try reader.column("b") == 1)
    let rows = try rows(of: url)
    #expect(rows.map(\.fields) == [["x,\"y\"", "two\nlines"], ["", ""], ["", "é"]])
    #expect(rows.map(\.line) == [2, 4, 5])
  }

  @Test func lastLineNeedsNoLineFeed() throws {
    #expect(try rows(of: file("a,b\n1,\"2\"")).map(\.fields) == [["1", "2"]])
  }

  @Test(arguments: [
    ("", "csv-no-header", "1"), ("a,a\n", "csv-duplicate-column", "1"),
    ("a,b\n1\n", "csv-field-count", "2"), ("a,b\n1,2,3\n", "csv-field-count", "2"),
    ("a,b\n1,\"2\n3", "csv-open-quote", "2"), ("a,b\n1,2\"3\n", "csv-stray-quote", "2"),
    ("a,b\n1,\"2\"3\n", "csv-after-quote", "2"), ("a,b\n1,2\r3\n", "csv-bare-return", "2"),
    ("a,b\n\n1,2\n", "csv-blank-line", "2"),
  ])
  func malformedFilesAreNamedWithTheirLine(text: String, wanted: String, line: String) throws {
    let found = try code(text)
    #expect(found.0 == wanted)
    #expect(found.1 == line)
  }

  @Test func missingColumnMissingFileAndBadUTF8() throws {
    #expect(try code("a,b\n1,2\n", required: ["c"]).0 == "csv-missing-column")
    let nowhere = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
    let missing = #expect(throws: IchorError.self) { _ = try CSVReader(file: nowhere) }
    #expect(missing?.kind == .inputMissing)
    let latin = try file(bytes: Data([0x61, 0x0A, 0xE9, 0x0A]))
    let invalid = #expect(throws: IchorError.self) { _ = try rows(of: latin) }
    #expect(invalid?.code == "csv-not-utf8")
  }

  @Test func numbersAreCheckedWithColumnAndLine() throws {
    let row = try rows(of: file("n\n7\n-2.5e1\nnan\n"))
    #expect(try row[0].integer(0, name: "n") == 7)
    #expect(try row[1].number(0, name: "n") == -25)
    let error = #expect(throws: IchorError.self) { try row[2].number(0, name: "n") }
    #expect(error?.location?.hasSuffix(":4") == true)
    #expect(error?.message.contains("“nan”") == true)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let rows = [["a,b", "say \"no\""], ["line\nfeed", ""], ["plain", "\r"]]
    let url = folder.url.appendingPathComponent("\(UUID()).csv")
    let writer = try CSVWriter(file: url, header: ["first", "second"])
    for row in rows { try writer.write(row) }
    try writer.close()
    #expect(try self.rows(of: url).map(\.fields) == rows)
    #expect(CSVWriter.record(["a,b", "c\"d", "e"]) == "\"a,b\",\"c\"\"d\",e\n")
  }

  @Test func recordsThatCrossTheReadBufferStayWhole() throws {
    let text = "id,text\n" + (0..<40_000).map { "\($0),\"v,\($0)\"\n" }.joined()
    let reader = try CSVReader(file: try file(text), exact: ["id", "text"])
    var count = 0
    while let row = try reader.next() {
      #expect(row[0] == "\(count)" && row[1] == "v,\(count)")
      count += 1
    }
    #expect(count == 40_000)
  }
}
