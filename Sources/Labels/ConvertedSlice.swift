import CSV
import Diagnostics
import Foundation
import PipelineContract

/// What the split needs to know of one slice of `convert/train/slices.csv`.
struct ConvertedSlice {
  let id: String
  let identity: SliceIdentity
  /// `FILE:LINE` of its row and the path of its DICOM file, for error messages.
  let location: String
  let source: String

  /// Reads the index of a converted collection.
  ///
  /// - Throws: `IchorError(.badData)` where an ID stands twice or there is no slice at all.
  static func read(_ file: URL, cancellation: Cancellation) throws -> [ConvertedSlice] {
    let reader = try CSVReader(file: file)
    let (id, patient) = (try reader.column("id"), try reader.column("patient"))
    let (study, content) = (try reader.column("study"), try reader.column("sha256"))
    let source = try reader.column("source")
    var slices: [ConvertedSlice] = []
    var lines: [String: Int] = [:]
    while let row = try reader.next() {
      if slices.count % 65_536 == 0 { try cancellation.checkpoint() }
      if let first = lines.updateValue(row.line, forKey: row[id]) {
        throw IchorError(
          .badData, code: "slice-duplicate-id",
          "\(row[id]) stands in line \(first) and in line \(row.line)",
          remedy: "Run the convert stage again.", at: row.location)
      }
      slices.append(
        ConvertedSlice(
          id: row[id],
          identity: SliceIdentity(patient: row[patient], study: row[study], content: row[content]),
          location: row.location, source: row[source]))
    }
    guard !slices.isEmpty else {
      throw IchorError(
        .badData, code: "slice-none", "the converted collection has no slice",
        remedy: "Look into its quirks.csv for the files that were left out.", at: file.path)
    }
    return slices
  }
}
