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

  init(file: URL) throws {
    self.file = file.path
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
    let begin = line
    while let byte = try advance() {
      switch byte {
      case UInt8(ascii: ","):
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
        guard try advance() == UInt8(ascii: "\n") else {
          throw error("csv-bare-return", "No line feed follows a carriage return", line: line)
        }
        fallthrough
      case UInt8(ascii: "\n"):
        line += 1
        guard bytes.isEmpty && ends.isEmpty else { return try finish(bytes, ends, begin) }
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
      case UInt8(ascii: ","): return UInt8(ascii: ",")
      case UInt8(ascii: "\n"):
        line += 1
        return UInt8(ascii: "\n")
      case UInt8(ascii: "\r"):
        guard try advance() == UInt8(ascii: "\n") else { fallthrough }
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

  private mutating func skipByteOrderMark() throws {
    guard try refill() else { return }
    if chunk.count >= 3, chunk[0] == 0xEF, chunk[1] == 0xBB, chunk[2] == 0xBF { position = 3 }
  }

  private mutating func refill() throws -> Bool {
    do {
      chunk = [UInt8](try handle.read(upToCount: Self.chunkLength) ?? Data())
    } catch {
      throw IchorError(
        IchorError.Kind(reading: error), code: "csv-read-failed",
        "The file cannot be read to its end",
        remedy: "Check the disk.", at: file, cause: error)
    }
    position = 0
    return !chunk.isEmpty
  }

  private mutating func advance() throws -> UInt8? {
    if position == chunk.count {
      guard try refill() else { return nil }
    }
    defer { position += 1 }
    return chunk[position]
  }
}
