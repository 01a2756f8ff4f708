import ArtifactTables
import Foundation
import TestFolders
import Testing

@Suite struct PredictionTableTests {
  /// What `%.7g` of C prints.
  @Test func probabilitiesHaveSevenDigits() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("test.csv")
    let table = PredictionTable(
      ids: ["ID_b", "ID_a"],
      probabilities: [1.0 / 3, 1e-9 / 3, 1, 0, 0.5, 2.0 / 3] + [0.25, 0, 0, 0, 0, 0.123_456_78])
    try table.write(to: file)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(
      text == "id,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural\n"
        + "ID_b,0.3333333,3.333333e-10,1,0,0.5,0.6666667\nID_a,0.25,0,0,0,0,0.1234568\n")
    let read = try PredictionTable(file: file)
    #expect(read.ids == table.ids && read["ID_a"] == [0.25, 0, 0, 0, 0, 0.1234568])
    #expect(read["ID_c"] == nil)
    let again = folder.url.appendingPathComponent("again.csv")
    try read.write(to: again)
    #expect(try String(contentsOf: again, encoding: .utf8) == text)
  }

  @Test func tablesAreJoinedByID() throws {
    let rows = (0..<2).map { [Double](repeating: Double($0), count: 6) }
    let table = PredictionTable(ids: ["a", "b"], probabilities: rows.flatMap { $0 })
    let turned = try table.ordered(by: ["b", "a"], name: "the test of x")
    #expect(turned.ids == ["b", "a"] && turned.probabilities == rows[1] + rows[0])
    for (wanted, named) in [(["a", "c"], ["c", "b"]), (["a"], ["b"]), (["a", "b", "c"], ["c"])] {
      let error = try refusal { _ = try table.ordered(by: wanted, name: "the test of x") }
      #expect(error.code == "prediction-other-slices" && error.message.contains("the test of x"))
      for id in named { #expect(error.message.contains("such as \(id)"), "\(error)") }
    }
  }
}
