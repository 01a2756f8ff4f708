import Testing

@Suite("Artifact names")
struct ArtifactNamesTests {
  let contract = [
    "Sources/Pipeline/PipelineContract/ArtifactLayout.swift":
      #"public enum Split { public static let slices = "slices.csv" }"#
  ]

  @Test("No file of the repository spells a name that PipelineContract owns")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    let expected: Set = ["slices.csv", "manifest.json", "submission.csv", "best.safetensors"]
    #expect(ArtifactNames.declared(in: tree).isSuperset(of: expected))
    #expect(ArtifactNames.violations(in: tree) == [])
  }

  @Test(
    "A planted spelling is found",
    arguments: [#"let url = folder.appending(path: "slices.csv")"#, #"let p = "split/slices.csv""#])
  func planted(line: String) {
    let tree = SourceTree(
      contract.merging(["Sources/Stages/Splitting/Split.swift": "\n" + line]) { old, _ in old })
    #expect(
      ArtifactNames.violations(in: tree).map(\.place) == ["Sources/Stages/Splitting/Split.swift:2"])
  }

  @Test("Comments and messages that mention a name pass")
  func mentioned() {
    let text = "/// Writes \"slices.csv\".\nlet text = \"slices.csv lists every slice\"\n"
    let tree = SourceTree(
      contract.merging(["Sources/Stages/Splitting/Split.swift": text]) { old, _ in old })
    #expect(ArtifactNames.violations(in: tree) == [])
  }
}
