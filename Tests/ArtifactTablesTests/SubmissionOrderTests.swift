import ArtifactTables
import Diagnostics
import Foundation
import TestFolders
import Testing
import Vocabulary

@Suite struct SubmissionOrderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func order(_ text: String) throws -> SubmissionOrder {
    try SubmissionOrder(
      sample: folder.write(text, to: "sample.csv"), cancellation: Cancellation())
  }

  @Test func rowsKeepTheirOrderAndRepeat() throws {
    let rows = LabelRows.text("ID_00b2") + LabelRows.text("ID_00a1")
    let order = try order("ID,Label\n" + rows + "ID_00b2_any,0.5\n")
    #expect(order.images == ["ID_00b2", "ID_00a1"] && order.rows.count == 13)
    #expect(order.rows[12] == order.rows[5])
    #expect(order.rows[5].image == "ID_00b2" && order.rows[5].label == .any)
    let sorted = SubmissionOrder(sorting: Set(order.images))
    #expect(sorted.images == ["ID_00a1", "ID_00b2"])
    #expect(sorted.rows.prefix(6).map(\.label) == order.rows.prefix(6).map(\.label))
  }

  @Test(arguments: [
    ("ID,Label\nbanana,0.5\n", "label-malformed-id", 2),
    ("ID,Label\nID_00a1_blood,0.5\n", "label-unknown-subtype", 2),
    ("ID,Label\nID_00a1_any\n", "csv-field-count", 2), ("ID,Label\n", "submission-no-rows", 1),
    ("ID,Label\nID_00a1_any,1\n", "submission-incomplete", 2),
    ("ID\nID_00a1_any\n", "csv-missing-column", 1), ("Label\n1\n", "csv-missing-column", 1),
  ])
  func refusals(text: String, code: String, line: Int) throws {
    let error = try refusal { _ = try order(text) }
    #expect(error.kind == .badData && error.code == code, "\(error)")
    #expect(error.location?.hasSuffix("sample.csv:\(line)") == true, "\(error)")
  }

  /// RSNA's order: `any` last.
  @Test func rowsAreWrittenInRSNAsFormat() throws {
    let file = folder.url.appendingPathComponent("labels.csv")
    let writer = try LabelRowWriter(file: file)
    for label in LabelRowFormat.order { try writer.write("ID_00a1", label, "0") }
    try writer.close()
    #expect(
      try String(contentsOf: file, encoding: .utf8) == "ID,Label\n" + LabelRows.text("ID_00a1"))
  }
}
