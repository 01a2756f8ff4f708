import ExternalSorting

/// Counts how many different texts there are of each kind; texts that `String` holds for equal are one.
final class DistinctTexts {
  private let sorter: ExternalSorter
  private var last: [String]

  /// - Parameters:
  ///   - kinds: how many; a kind is a number from 0 on.
  ///   - scratch: where what doesn't fit into memory is put.
  init(kinds: Int, scratch: ScratchFolder) {
    sorter = ExternalSorter(in: scratch, memory: 1 << 22)
    last = Array(repeating: "", count: kinds)
  }

  /// Adds a text of each kind.
  func append(_ texts: [String]) throws {
    for (kind, text) in texts.enumerated() where text != last[kind] || text.isEmpty {
      last[kind] = text
      var record = SortableRecord()
      record.append(kind)
      record.append(canonical: text)
      try sorter.append(record)
    }
  }

  /// How many there are of each kind.
  func counts() throws -> [Int] {
    var counts = last.map { _ in 0 }
    var before: [UInt8] = []
    let records = try sorter.sorted()
    while let record = try records.next() {
      if before.elementsEqual(record) { continue }
      before.removeAll(keepingCapacity: true)
      before.append(contentsOf: record)
      var fields = RecordFields(record)
      counts[try fields.integer()] += 1
    }
    return counts
  }
}
