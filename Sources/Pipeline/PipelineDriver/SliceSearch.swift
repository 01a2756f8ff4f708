import ArtifactTables
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// Looks for a slice's rows in the tables of artifacts and remembers where it has looked.
struct SliceSearch {
  private let id: String
  private let layout: ArtifactLayout
  private var searched: [String] = []

  init(id: String, layout: ArtifactLayout) {
    self.id = id
    self.layout = layout
  }

  /// The slice's rows in a table, and the table's form; `nil` where there is no such table.
  ///
  /// - Throws: `IchorError(.badData)` with file and line where the table is damaged.
  mutating func rows<Row: TableRow>(
    _: Row.Type, of name: String, _ instance: StageInstance
  ) throws -> (rows: [Row], form: Row.Form)? {
    let file = layout.file(name, of: instance)
    guard try FileStatus.of(file) != nil else { return nil }
    searched.append("\(instance)/\(name)")
    let reader = try TableReader<Row>(file: file)
    return (try reader.rows(of: id), reader.form)
  }

  var notFound: IchorError {
    let places =
      searched.isEmpty
      ? "there is no artifact that lists slices yet"
      : "searched \(searched.joined(separator: ", "))"
    return IchorError(
      .inputMissing, code: "slice-unknown", "No slice “\(id)” is known; \(places)",
      remedy: searched.isEmpty
        ? "Run “./ichor run” first." : "Write the ID as in the first column of those tables.",
      at: layout.root.path)
  }
}
