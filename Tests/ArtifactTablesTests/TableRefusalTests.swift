import ArtifactTables
import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing

/// A table, and the ways in which it can be wrong.
struct TableCase: Sendable, CustomTestStringConvertible {
  let name: String
  let header: String
  let row: String
  /// The row with another ID.
  let second: String
  /// Rows with one impossible field, and the rule's code.
  let spoilt: [(row: String, code: String)]
  /// Whether two rows may have one ID.
  var repeats = false
  let read: @Sendable (URL) throws -> Void

  var testDescription: String { name }

  static let all = [slices, quirks, split, history, timings, predictions]

  static let slices = TableCase(
    name: "convert/test/slices.csv",
    header: "id,shard,offset_8,length_8,crc32_8,patient,study,series,position,spacing,rows,columns,"
      + "source,sha256,bits,repairs",
    row: "ID_a,0,512,9,00c0ffee,p,t,s,-1.5,0.5\\0.5,512,512,f,h,12u,",
    second: "ID_b,0,512,9,00c0ffee,p,t,s,-1.5,,512,512,f,h,12u,wrapped-12-bit",
    spoilt: [
      ("ID_b,-1,0,0,00c0ffee,p,t,s,0,,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,0,99999999999999999,00c0ffee,p,t,s,0,,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,99999999999999999999,0,00c0ffee,p,t,s,0,,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,0,0,coffee00,p,t,s,0,,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,0,0,00c0ffee,p,t,s,nan,,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,0,0,00c0ffee,p,t,s,0,0.5,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,0,0,00c0ffee,p,t,s,0,inf\\1,1,1,f,h,12u,", "csv-bad-value"),
      ("ID_b,0,0,0,00c0ffee,p,t,s,0,,-1,1,f,h,12u,", "csv-bad-value"),
    ],
    read: { _ = try SliceTable(artifact: $0.deletingLastPathComponent()) })

  static let quirks = TableCase(
    name: "convert/test/quirks.csv", header: "file,id,code,detail,action",
    row: "a.dcm,ID_a,not-square,,kept", second: "b.dcm,ID_b,unreadable,,excluded",
    spoilt: [
      ("b.dcm,ID_b,new-quirk,,kept", "csv-bad-value"),
      ("b.dcm,ID_b,unreadable,,lost", "csv-bad-value"),
    ], repeats: true,
    read: { _ = try QuirkTable.read(artifact: $0.deletingLastPathComponent()) })

  static let labels = "any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural"

  static let split = TableCase(
    name: "split/slices.csv", header: "id,patient,study,fold,\(labels)",
    row: "ID_a,p,t,0,1,0,0,0,0,1", second: "ID_b,p,t,1,0,0,0,0,0,0",
    spoilt: [
      ("ID_b,p,t,1,2,0,0,0,0,0", "label-not-binary"),
      ("ID_b,p,t,1,0,0,0,0,0,nan", "label-not-binary"),
      ("ID_b,p,t,1,0,0,-1,0,0,0", "label-not-binary"),
      ("ID_b,p,t,-1,0,0,0,0,0,0", "csv-bad-value"), ("ID_b,p,t,x,0,0,0,0,0,0", "csv-bad-value"),
    ], read: { _ = try SplitTable(file: $0) })

  private static let names = labels.split(separator: ",")
  static let history = TableCase(
    name: "train/a/history.csv",
    header: (["epoch,phase,learning_rate,train_loss,validation,validation_loss"]
      + names.map { "loss_\($0)" } + names.map { "auc_\($0)" }
      + ["skill", "kept"]).joined(separator: ","),
    row: "1,sgd,0.01,0.5,held-out,0.4,0,0,0,0,0,0,1,1,1,1,1,,-0.5,1",
    second: "2,sgd,0.01,nan,LEAKY,inf,0,0,0,0,0,0,1,1,1,1,1,,,0",
    spoilt: [
      ("2,sgd,0.01,0.5,held-out,-0.4,0,0,0,0,0,0,1,1,1,1,1,,-0.5,1", "csv-bad-value"),
      ("2,sgd,0.01,0.5,held-out,0.4,0,0,0,0,0,0,1,1,1,1,1.01,,-0.5,1", "csv-bad-value"),
      ("2,sgd,0.01,0.5,held-out,0.4,0,0,0,0,0,0,1,1,1,1,nan,,-0.5,0", "csv-bad-value"),
      ("2,sgd,0.01,x,held-out,0.4,0,0,0,0,0,0,1,1,1,1,1,,-0.5,1", "csv-bad-value"),
      ("2,sgd,0.01,0.5,honest,0.4,0,0,0,0,0,0,1,1,1,1,1,,-0.5,1", "csv-bad-value"),
      ("2,sgd,0.01,0.5,held-out,0.4,0,0,0,0,0,0,1,1,1,1,1,,-0.5,yes", "csv-bad-value"),
      ("3,sgd,0.01,0.5,held-out,0.4,0,0,0,0,0,0,1,1,1,1,1,,-0.5,1", "history-epochs"),
    ], read: { _ = try TrainingHistory(file: $0) })

  static let timings = TableCase(
    name: "train/a/timings.csv", header: "epoch,images_per_second,data_wait", row: "1,10.5,0.01",
    second: "2,0,0",
    spoilt: [
      ("2,-1,0", "csv-bad-value"), ("2,,0", "csv-bad-value"), ("2,1,x", "csv-bad-value"),
      ("2,inf,0", "csv-bad-value"), ("3,1,0", "history-epochs"),
    ], read: { _ = try TrainingTimings(file: $0) })

  static let predictions = TableCase(
    name: "predict/a/test.csv", header: "id,\(labels)", row: "ID_a,0.5,0,0,0,0,1",
    second: "ID_b,1e-07,0,0,0,0,1",
    spoilt: [
      ("ID_b,1.0000001,0,0,0,0,1", "prediction-not-a-probability"),
      ("ID_b,0.5,-0.1,0,0,0,1", "prediction-not-a-probability"),
      ("ID_b,0.5,0,0,0,0,nan", "csv-bad-value"), ("ID_b,0.5,0,0,inf,0,0", "csv-bad-value"),
      ("ID_b,0.5,0,,0,0,0", "csv-bad-value"), ("ID_b,x,0,0,0,0,0", "csv-bad-value"),
    ], read: { _ = try PredictionTable(file: $0) })
}

/// Every table that stages exchange is refused with file and line wherever it can't be right.
@Suite struct TableRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ table: TableCase, _ lines: [String]) throws {
    try table.read(folder.write(lines.joined(separator: "\n") + "\n", to: table.name))
  }

  private func expectRefusal(
    _ table: TableCase, _ lines: [String], _ code: String, line: Int,
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let error = try refusal { try read(table, lines) }
    #expect(error.kind == .badData && error.code == code, "\(error)", sourceLocation: place)
    #expect(
      error.location?.hasSuffix("\(table.name):\(line)") == true, "\(error)", sourceLocation: place)
  }

  @Test(arguments: TableCase.all)
  func aTableAsItsStageWritesItPasses(_ table: TableCase) throws {
    try read(table, [table.header, table.row, table.second])
  }

  @Test(arguments: TableCase.all)
  func anIDTwice(_ table: TableCase) throws {
    let lines = [table.header, table.row, table.second, table.row]
    guard !table.repeats else { return try read(table, lines) }
    try expectRefusal(table, lines, "table-duplicate-id", line: 4)
    let error = try refusal { try read(table, lines) }
    #expect(error.message.contains("line 2"), "\(error)")
  }

  @Test(arguments: TableCase.all)
  func aMissingColumn(_ table: TableCase) throws {
    for column in table.header.split(separator: ",") where !column.hasPrefix("offset_") {
      let header = table.header.split(separator: ",").filter { $0 != column }
      try expectRefusal(
        table, [header.joined(separator: ",")], "csv-missing-column", line: 1)
      let error = try refusal { try read(table, [header.joined(separator: ",")]) }
      #expect(error.message.contains("“\(column)”"), "\(error)")
    }
  }

  @Test(arguments: TableCase.all)
  func columnsOutOfPlaceOrSuperfluous(_ table: TableCase) throws {
    let columns = table.header.split(separator: ",").map(String.init)
    for header in [columns + ["more"], columns.reversed()] {
      try expectRefusal(table, [header.joined(separator: ",")], "csv-wrong-header", line: 1)
    }
  }

  @Test(arguments: TableCase.all)
  func aWrongNumberOfFields(_ table: TableCase) throws {
    let short = table.second.split(separator: ",", omittingEmptySubsequences: false).dropLast()
    for row in [table.second + ",", short.joined(separator: ",")] {
      try expectRefusal(table, [table.header, table.row, row], "csv-field-count", line: 3)
    }
  }

  @Test(arguments: TableCase.all)
  func aValueThatCannotBe(_ table: TableCase) throws {
    for (row, code) in table.spoilt {
      try expectRefusal(table, [table.header, table.row, row], code, line: 3)
    }
  }

  @Test(arguments: TableCase.all)
  func noFile(_ table: TableCase) throws {
    let error = try refusal {
      try table.read(folder.url.appendingPathComponent("no/\(table.name)"))
    }
    #expect(error.kind == .inputMissing)
  }

  @Test func aConversionWithoutASlice() throws {
    try expectRefusal(.slices, [TableCase.slices.header], "slice-none", line: 1)
    let sizes = "offset_8,length_8"
    let header = TableCase.slices.header.replacing(sizes, with: "offset_-8,length_-8")
    try expectRefusal(.slices, [header], "csv-wrong-header", line: 1)
  }
}
