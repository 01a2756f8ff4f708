import Foundation
import PipelineContract
import Testing

@Suite struct IchorVersionTests {
  /// The changelog's entries are second-level headings, the newest first.
  @Test func theChangelogBeginsWithIt() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "CHANGELOG.md"), encoding: .utf8)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(headings.first == "## \(IchorVersion.current)")
  }

  @Test func manifestsTellIt() throws {
    let recipe = Recipe(
      StageInstance(.split), parameters: [:], inputs: [],
      program: Manifest.Program(name: "ichor-split", sha256: "0"))
    let manifest = Manifest(recipe: recipe, outputs: [])
    #expect(manifest.ichorVersion == IchorVersion.current)
    // What made the artifact is known by its hash: a different version alone is the same recipe.
    var json = try JSONDecoder().decode(
      [String: JSONValue].self, from: CanonicalJSON.encode(manifest))
    #expect(json.removeValue(forKey: "ichorVersion") == .string(IchorVersion.current))
    let read = try JSONDecoder().decode(Manifest.self, from: CanonicalJSON.encode(json))
    #expect(read.ichorVersion == nil)
    #expect(StaleReason.differences(from: Recipe(of: read), to: recipe) == [])
  }
}
