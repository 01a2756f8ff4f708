import Diagnostics
import Foundation

/// Writes records to a file, with quotes where RFC 4180 needs them and lines that end in LF, as in
/// Kaggle's files.
///
/// Nothing is certain to be on disk before `close()`.
package final class CSVWriter {
  private static let flushLength = 1 << 18

  private let file: String
  private let handle: FileHandle
  private let columns: Int
  private var pending: [UInt8] = []

  /// Creates the file, replacing an existing one, and writes the header.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` where the file may not be created, `.inputOutput`
  ///   where the disk fails.
  package init(file: URL, header: [String]) throws {
    self.file = file.path
    columns = header.count
    do {
      try Data().write(to: file)
      handle = try FileHandle(forWritingTo: file)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "csv-cannot-create", "The file cannot be created",
        remedy: "Check that the folder exists, may be written to, and has room.", at: file.path,
        cause: error)
    }
    Self.append(header, to: &pending)
  }

  /// Writes one record.
  ///
  /// - Precondition: there are as many fields as the header has.
  /// - Throws: `IchorError`, as a rule `.inputOutput`, where the file cannot be written.
  package func write(_ fields: [String]) throws {
    precondition(fields.count == columns, "a CSV record has as many fields as the header")
    Self.append(fields, to: &pending)
    if pending.count >= Self.flushLength { try flush() }
  }

  /// Writes what is pending and closes the file.
  ///
  /// - Throws: `IchorError`, as a rule `.inputOutput`, where the file cannot be written.
  package func close() throws {
    try flush()
    try wrap { try handle.close() }
  }

  /// One record as text, line feed included.
  package static func record(_ fields: [String]) -> String {
    var bytes: [UInt8] = []
    append(fields, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func flush() throws {
    try wrap { try handle.write(contentsOf: pending) }
    pending.removeAll(keepingCapacity: true)
  }

  private func wrap(_ body: () throws -> Void) throws {
    do { try body() } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "csv-write-failed", "The file cannot be written",
        remedy: "Check that the disk is not full.", at: file, cause: error)
    }
  }

  private static func append(_ fields: [String], to bytes: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      let special: (UInt8) -> Bool = { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
      // A lone empty field would read back as a blank line.
      if field.utf8.contains(where: special) || (field.isEmpty && fields.count == 1) {
        bytes.append(UInt8(ascii: "\""))
        for byte in field.utf8 {
          if byte == UInt8(ascii: "\"") { bytes.append(byte) }
          bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
      } else {
        bytes.append(contentsOf: field.utf8)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }
}
