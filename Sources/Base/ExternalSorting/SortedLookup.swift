import Foundation

/// Finds sorted records by the text that they begin with, for keys that ascend: a merge join.
package final class SortedLookup {
  private let records: SortedRecords
  private var head: UnsafeRawBufferPointer?

  /// Whether there is nothing to be found.
  package let isEmpty: Bool

  package init(_ sorter: ExternalSorter) throws {
    records = try sorter.sorted()
    head = try records.next()
    isEmpty = head == nil
  }

  /// Passes on the fields behind the key of all records that begin with it, in their order.
  ///
  /// - Parameter key: a text as `SortableRecord` writes it; none that comes before the one asked for
  ///   last, nor that one again.
  package func forEachMatch(
    of key: UnsafeRawBufferPointer, _ body: (inout RecordFields) throws -> Void
  ) throws {
    guard let wanted = key.baseAddress else { return }
    while let record = head {
      guard let found = record.baseAddress else { return }
      let order = memcmp(found, wanted, min(record.count, key.count))
      // Neither of two ended texts begins with the other, so common bytes that agree are all of both.
      if order > 0 { return }
      if order == 0 {
        var fields = RecordFields(record)
        _ = try fields.key()
        try body(&fields)
      }
      head = try records.next()
    }
  }
}
