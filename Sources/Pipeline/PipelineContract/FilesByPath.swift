import ExternalSorting
import Foundation

/// Any number of files in the order of their paths' bytes, each with what is found by its name: its
/// path, or the pseudonym that stands for that.
///
/// A file is a record: its path, then what was noted of it, then what was found.
package final class FilesByPath {
  /// Adds what is found to the record of a file; called in the order of names, each as a text of
  /// `SortableRecord`.
  package typealias Finding = (
    _ name: UnsafeRawBufferPointer, _ record: inout SortableRecord
  ) throws -> Void

  private let pseudonyms: Pseudonyms
  private let scratch: ScratchFolder
  private let find: Finding?
  /// By name where anything is to be found, with the path behind it where that is another.
  private let listed: ExternalSorter
  private var records: SortedRecords?
  private var record = SortableRecord()

  /// - Parameters:
  ///   - scratch: where what doesn't fit into memory is put.
  ///   - find: `nil` where nothing would be found, which saves sorting twice.
  package init(_ pseudonyms: Pseudonyms, scratch: ScratchFolder, finding find: Finding? = nil) {
    self.pseudonyms = pseudonyms
    self.scratch = scratch
    self.find = find
    listed = ExternalSorter(in: scratch)
  }

  package var count: Int { listed.count }

  private var hasNames: Bool { find != nil && pseudonyms.areUsed }

  /// - Precondition: nothing was read yet.
  package func append(_ path: String, _ note: (inout SortableRecord) -> Void = { _ in }) throws {
    record.removeAll()
    if hasNames { record.append(text: pseudonyms.name(of: path, .source)) }
    record.append(text: path)
    note(&record)
    try listed.append(record)
  }

  /// The record of the next file, `nil` behind the last.
  package func next<Result>(
    _ body: (inout RecordFields) throws -> Result
  ) throws -> Result? {
    guard let bytes = try sorted().next() else { return nil }
    var fields = RecordFields(bytes)
    guard let find, !hasNames else { return try body(&fields) }
    record.removeAll()
    record.append(bytes: bytes)
    try find(try fields.key(), &record)
    return try record.bytes.withUnsafeBytes {
      var fields = RecordFields($0)
      return try body(&fields)
    }
  }

  private func sorted() throws -> SortedRecords {
    if let records { return records }
    let listed = try self.listed.sorted()
    var files = listed
    if let find, hasNames {
      let byPath = ExternalSorter(in: scratch)
      while let bytes = try listed.next() {
        var fields = RecordFields(bytes)
        let name = try fields.key()
        record.removeAll()
        record.append(bytes: fields.rest)
        try find(name, &record)
        try byPath.append(record)
      }
      files = try byPath.sorted()
    }
    records = files
    return files
  }
}
