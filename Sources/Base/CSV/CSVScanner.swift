import Diagnostics
import Foundation

/// Cuts a file's bytes into records; knows nothing of headers.
struct CSVScanner {
  private static let recordLimit = 1 << 20
  private static let chunkLength = 1 << 18

  private let file: String
  private let handle: FileHandle
  private var chunk: [UInt8] = []
  private var position = 0
  private var line = 1
  private let dialect: CSVDialect
  private var delimiter = UInt8(ascii: ",")
  private var wide: UTF16Text?

  init(file: URL, dialect: CSVDialect) throws {
    self.file = file.path
    self.dialect = dialect
    do {
      handle = try FileHandle(forReadingFrom: file)
    } catch {
      let exists = FileManager.default.fileExists(atPath: file.path)
      throw IchorError(
        IchorError.Kind(reading: error), code: exists ? "csv-unreadable" : "csv-missing",
        exists ? "The file cannot be opened for reading" : "There is no such file",
        remedy: "Check the path and its permissions.", at: file.path, cause: error)
    }
    try skipByteOrderMark()
    guard dialect == .foreign else { return }
    if let text = UTF16Text(start: chunk) {
      wide = text
      chunk = try transcoded(chunk)
    }
    delimiter = CSVDialect.delimiter(of: chunk[position...])
  }

  func error(_ code: String, _ message: String, line: Int) -> IchorError {
    IchorError(
      .badData, code: code, message,
      remedy: "Correct the file; it is read as comma-separated values as RFC 4180 defines them.",
      at: "\(file):\(line)")
  }

  /// The next record, `nil` at the end of the file.
  mutating func next() throws -> CSVRow? {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var begin = line
    while let byte = try advance() {
      switch byte {
      case delimiter:
        ends.append(bytes.count)
      case UInt8(ascii: "\""):
        guard bytes.count == (ends.last ?? 0) else {
          throw error("csv-stray-quote", "A quote stands inside an unquoted field", line: line)
        }
        guard let terminator = try quoted(into: &bytes, from: begin) else {
          return try finish(bytes, ends, begin)
        }
        if terminator == UInt8(ascii: "\n") { return try finish(bytes, ends, begin) }
        ends.append(bytes.count)
      case UInt8(ascii: "\r"):
        guard try returnEndsLine() else {
          throw error("csv-bare-return", "No line feed follows a carriage return", line: line)
        }
        fallthrough
      case UInt8(ascii: "\n"):
        line += 1
        guard bytes.isEmpty && ends.isEmpty else { return try finish(bytes, ends, begin) }
        if dialect == .foreign {
          begin = line
          continue
        }
        try expectOnlyBlankLines(after: begin)
        return nil
      default:
        bytes.append(byte)
        try check(bytes, begin)
      }
    }
    return bytes.isEmpty && ends.isEmpty ? nil : try finish(bytes, ends, begin)
  }

  /// Reads the rest of a quoted field and what ends it: a comma, a line feed, or the end (`nil`).
  private mutating func quoted(into bytes: inout [UInt8], from begin: Int) throws -> UInt8? {
    let opened = line
    while let byte = try advance() {
      guard byte == UInt8(ascii: "\"") else {
        if byte == UInt8(ascii: "\n") { line += 1 }
        bytes.append(byte)
        try check(bytes, begin)
        continue
      }
      switch try advance() {
      case nil: return nil
      case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
      case delimiter: return delimiter
      case UInt8(ascii: "\n"):
        line += 1
        return UInt8(ascii: "\n")
      case UInt8(ascii: "\r"):
        guard try returnEndsLine() else { fallthrough }
        line += 1
        return UInt8(ascii: "\n")
      default:
        throw error("csv-after-quote", "Text follows a closing quote", line: line)
      }
    }
    throw error("csv-open-quote", "A quoted field is never closed", line: opened)
  }

  private func finish(_ bytes: [UInt8], _ ends: [Int], _ begin: Int) throws -> CSVRow {
    // Checked once here, so that a row may decode its fields without asking again.
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw error("csv-not-utf8", "The line is not valid UTF-8", line: begin)
    }
    return CSVRow(line: begin, file: file, bytes: bytes, ends: ends + [bytes.count])
  }

  private func check(_ bytes: [UInt8], _ begin: Int) throws {
    if bytes.count > Self.recordLimit {
      throw error("csv-record-too-long", "A record is longer than 1 MiB", line: begin)
    }
  }

  private mutating func expectOnlyBlankLines(after begin: Int) throws {
    while let byte = try advance() {
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
        throw error("csv-blank-line", "A blank line stands between records", line: begin)
      }
    }
  }

  /// Whether the carriage return just read ends a line; a line feed after it goes with it.
  private mutating func returnEndsLine() throws -> Bool {
    guard let next = try advance() else { return dialect == .foreign }
    if next == UInt8(ascii: "\n") { return true }
    position -= 1
    return dialect == .foreign
  }

  private mutating func transcoded(_ bytes: [UInt8]) throws -> [UInt8] {
    guard wide != nil else { return bytes }
    guard let text = wide?.utf8(bytes) else {
      throw error("csv-not-utf16", "The file begins as UTF-16 and is not valid UTF-16", line: line)
    }
    return text
  }

  private mutating func skipByteOrderMark() throws {
    guard try refill() else { return }
    if chunk.count >= 3, chunk[0] == 0xEF, chunk[1] == 0xBB, chunk[2] == 0xBF { position = 3 }
  }

  private mutating func refill() throws -> Bool {
    position = 0
    repeat {
      let bytes = try read()
      if bytes.isEmpty {
        if wide?.isWhole == false {
          throw error("csv-not-utf16", "The file ends within a character of UTF-16", line: line)
        }
        chunk = []
        return false
      }
      chunk = try transcoded(bytes)
    } while chunk.isEmpty
    return true
  }

  private func read() throws -> [UInt8] {
    do {
      return [UInt8](try handle.read(upToCount: Self.chunkLength) ?? Data())
    } catch {
      throw IchorError(
        IchorError.Kind(reading: error), code: "csv-read-failed",
        "The file cannot be read to its end",
        remedy: "Check the disk.", at: file, cause: error)
    }
  }

  private mutating func advance() throws -> UInt8? {
    if position == chunk.count {
      guard try refill() else { return nil }
    }
    defer { position += 1 }
    return chunk[position]
  }
}
