import Testing

@Suite("Names of types")
struct TypeNamesTests {
  @Test("No name of the repository stands for two things")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(TypeNames.declared(in: tree).count > 300)
    #expect(TypeNames.violations(in: tree) == [])
  }

  @Test(
    "A planted clash is found",
    arguments: [
      ("package struct SliceRow {}\n", "each have a type SliceRow"),
      ("public enum Metrics {}\n", "has a type named like a module: Metrics"),
      ("public final class Collection {}\n", "hides Swift's Collection"),
      ("@available(*, deprecated) typealias Result = Int\n", "hides Swift's Result"),
    ])
  func planted(text: String, sentence: String) {
    let tree = SourceTree([
      "Sources/Pipeline/ArtifactTables/SliceRow.swift": "public struct SliceRow {}\n",
      "Sources/Learning/Metrics/New.swift": text,
    ])
    #expect(TypeNames.violations(in: tree).map(\.sentence) == [sentence])
  }

  @Test("Types inside others, private ones and comments pass")
  func allowed() {
    let text = "private struct SliceRow {}\nenum Outer {\n  struct Metrics {}\n}\n// class Result\n"
    let tree = SourceTree([
      "Sources/Pipeline/ArtifactTables/SliceRow.swift": "public struct SliceRow {}\n",
      "Sources/Learning/Metrics/New.swift": text,
    ])
    #expect(TypeNames.violations(in: tree) == [])
  }
}
