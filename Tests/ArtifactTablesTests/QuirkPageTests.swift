import ArtifactTables
import Foundation
import Testing

/// `docs/quirks.md` has a row for each code and no other.
@Suite struct QuirkPageTests {
  @Test func thePageListsTheCodesInTheirOrder() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/quirks.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let table = try #require(text.split(separator: "## Codes").last)
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.map { String($0.split(separator: "`")[1]) } == QuirkCode.allCases.map(\.rawValue))
    for row in rows {
      let cells = row.split(separator: "|").map { $0.drop { $0 == " " } }
      #expect(cells.filter { !$0.isEmpty }.count == 4, "meaning, cause and action: \(row)")
    }
    for action in QuirkRow.Action.allCases { #expect(text.contains("`\(action.rawValue)`")) }
  }
}
