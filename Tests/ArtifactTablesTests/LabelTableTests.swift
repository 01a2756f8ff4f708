import Diagnostics
import Foundation
import SliceShards
import TestFolders
import Testing

@testable import ArtifactTables

@Suite struct LabelTableTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func table(_ text: String) throws -> LabelTable {
    try LabelTable(file: folder.write(text, to: "labels.csv"), cancellation: Cancellation())
  }

  private func problem(with text: String) throws -> IchorError {
    try refusal { _ = try table(text) }
  }

  private let two =
    "ID,Label\n" + LabelRows.text("ID_00a1", ["subdural", "epidural"])
    + LabelRows.text("ID_00b2")

  @Test func labelsInContractOrder() throws {
    let table = try table(two)
    // any, epidural, intraparenchymal, intraventricular, subarachnoid, subdural
    #expect(table.labels(of: "ID_00a1") == [1, 1, 0, 0, 0, 1])
    #expect(table.labels(of: "ID_00b2") == [0, 0, 0, 0, 0, 0])
    #expect(table.labels(of: "ID_00b") == nil)
    #expect(table.images == 2 && table.rows == 12 && table.duplicateRows == 0)
  }

  @Test func rowsAndColumnsInAnyOrder() throws {
    let rows = two.split(separator: "\n").dropFirst().reversed()
    let swapped = rows.map { $0.split(separator: ",").reversed().joined(separator: ",") }
    let table = try table("Label,ID\r\n" + swapped.joined(separator: "\r\n"))
    #expect(table.labels(of: "ID_00a1") == [1, 1, 0, 0, 0, 1])
  }

  /// Whatever a converted slice may be called; the last underscore parts it from the subtype.
  @Test(arguments: [
    "1.2.840.113619.2.5", "1.2.840.1ABCDEF0Z", "scan_12", "00a1", "any", "ID_", "a-b",
    String(repeating: "1.", count: 48),
  ])
  func everySliceNameNamesAnImage(_ name: String) throws {
    #expect(SliceName.isUsable(name.utf8))
    let table = try table("ID,Label\n" + LabelRows.text(name, ["epidural"]))
    #expect(table.labels(of: name) == [1, 1, 0, 0, 0, 0])
    let order = try SubmissionOrder(
      sample: folder.write("ID,Label\n" + LabelRows.text(name), to: "sample.csv"),
      cancellation: Cancellation())
    #expect(order.images == [name])
  }

  @Test func identicalDuplicatesAreKeptOnceAndCounted() throws {
    let table = try table(two + LabelRows.text("ID_00a1", ["subdural", "epidural"]))
    #expect(table.images == 2 && table.rows == 18 && table.duplicateRows == 6)
  }

  @Test func conflictingDuplicateNamesBothLines() throws {
    let error = try problem(with: two + "ID_00a1_subdural,0\n")
    #expect(error.kind == .badData && error.code == "label-conflict")
    #expect(error.message == "ID_00a1_subdural is 1 in line 6 and 0 in line 14")
    #expect(error.location?.hasSuffix("labels.csv:14") == true)
  }

  @Test(arguments: [
    "any", "_any", "banana", "", "ID_00a1 _any", ".hidden_any", "a/b_any", "été_any",
    String(repeating: "1", count: 97) + "_any",
  ])
  func malformedID(_ id: String) throws {
    let error = try problem(with: two + "\(id),0\n")
    #expect(error.kind == .badData && error.code == "label-malformed-id")
    #expect(error.message.contains("“\(id)”"))
    #expect(error.location?.hasSuffix("labels.csv:14") == true)
  }

  @Test(arguments: ["ID_00a1_foo", "ID_00a1_", "ID_00a1_Any", "ID_00a1"])
  func unknownSubtype(_ id: String) throws {
    let error = try problem(with: two + "\(id),0\n")
    #expect(error.code == "label-unknown-subtype" && error.message.contains("“\(id)”"))
    #expect(error.remedy.contains("subarachnoid"))
    #expect(error.location?.hasSuffix("labels.csv:14") == true)
  }

  @Test(arguments: ["2", "", "0.5", "-1", "01", "yes", "1.01", "nan"])
  func labelOtherThanZeroOrOne(_ label: String) throws {
    let error = try problem(with: "ID,Label\nID_00a1_any,\(label)\n")
    #expect(error.code == "label-not-binary")
    #expect(error.message == "the label of ID_00a1_any is “\(label)”, but a label is 0 or 1")
    #expect(error.location?.hasSuffix("labels.csv:2") == true)
  }

  @Test(arguments: ["ID,Value\nID_00a1_any,0\n", "File,Label\nID_00a1_any,0\n", "ID_00a1_any,0\n"])
  func missingColumn(_ text: String) throws {
    let error = try problem(with: text)
    #expect(error.kind == .badData && error.location?.hasSuffix("labels.csv:1") == true)
    #expect(error.message.contains(text.hasPrefix("ID,") ? "“Label”" : "“ID”"))
  }

  @Test func incompleteSubtypeSet() throws {
    let text = two + "ID_00c3_any,0\nID_00c3_epidural,0\n"
    let error = try problem(with: text)
    #expect(error.code == "label-incomplete")
    #expect(error.message.contains("ID_00c3"))
    #expect(
      error.message.hasSuffix("intraparenchymal, intraventricular, subarachnoid, subdural"))
    #expect(error.location?.hasSuffix("labels.csv:14") == true)
  }

  @Test func anyThatContradictsTheSubtypes() throws {
    let rows = LabelRows.text("ID_00c3", ["subdural"])
    let denied = try problem(with: two + rows.replacingOccurrences(of: "any,1", with: "any,0"))
    #expect(denied.code == "label-any-inconsistent")
    #expect(denied.message == "ID_00c3 has any = 0 although it is positive for: subdural")
    #expect(denied.location?.hasSuffix("labels.csv:19") == true)
    let bare = LabelRows.text("ID_00c3").replacingOccurrences(of: "any,0", with: "any,1")
    #expect(try problem(with: two + bare).message == "ID_00c3 has any = 1 and no subtype that is 1")
  }

  @Test func emptyAndMissingFiles() throws {
    #expect(try problem(with: "ID,Label\n").code == "label-no-rows")
    #expect(try problem(with: "").kind == .badData)
    let gone = try refusal {
      _ = try LabelTable(
        file: folder.url.appendingPathComponent("none.csv"), cancellation: Cancellation())
    }
    #expect(gone.kind == .inputMissing)
  }

  @Test func wrongNumberOfFields() throws {
    let error = try problem(with: two + "ID_00c3_any,0,1\n")
    #expect(error.location?.hasSuffix("labels.csv:14") == true)
  }
}
