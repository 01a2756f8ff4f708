import CSV
import Diagnostics
import Foundation
import PipelineContract

/// Looks for a slice's rows in the tables of artifacts and remembers where it has looked.
struct SliceSearch {
  /// The column of the slice's ID in every table.
  static let id = "id"

  private let id: String
  private let layout: ArtifactLayout
  private var searched: [String] = []

  init(id: String, layout: ArtifactLayout) {
    self.id = id
    self.layout = layout
  }

  /// The slice's row in the table, or all its rows; none where the table does not exist.
  mutating func rows(of name: String, _ instance: StageInstance, all: Bool = false) throws
    -> [SliceRecord.Fields]
  {
    let file = layout.file(name, of: instance)
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    searched.append("\(instance)/\(name)")
    let reader = try CSVReader(file: file, required: [Self.id])
    let column = try reader.column(Self.id)
    let wanted = Array(id.utf8)
    var found: [SliceRecord.Fields] = []
    while let row = try reader.next() {
      guard row.bytes(of: column).elementsEqual(wanted) else { continue }
      found.append(zip(reader.header, row.fields).map { ($0, $1) })
      if !all { break }
    }
    return found
  }

  var notFound: IchorError {
    let places =
      searched.isEmpty
      ? "there is no artifact that lists slices yet"
      : "searched \(searched.joined(separator: ", "))"
    return IchorError(
      .inputMissing, code: "slice-unknown", "No slice “\(id)” is known; \(places)",
      remedy: searched.isEmpty
        ? "Run “./ichor run” first" : "Write the ID as in the first column of those tables",
      at: layout.root.path)
  }
}
