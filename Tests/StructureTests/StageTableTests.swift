import Testing

@Suite("Table of stages")
struct StageTableTests {
  static let planted = [
    "stages/README.md": """
    # Stages
    | stage | executable | library | reads | writes |
    |---|---|---|---|---|
    | `split` | `ichor-split` | `Splitting` | labels | folds |

    """,
    "pipeline.yaml": "data:\n  train: {}\nsplit: {folds: 5}\ncompute: {}\n",
    "stages/split/IchorSplit.swift": "import Splitting\nimport StageCommand\n",
    "Sources/Stages/Splitting/Split.swift": "",
  ]

  @Test("The table agrees with folders, pipeline.yaml and imports")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(StageTable.violations(in: tree) == [])
    #expect(StageTable.longExecutables(in: tree) == [])
    let rows = StageTable.rows(of: tree.files[StageTable.path] ?? "")
    #expect(
      rows.map(\.stage) == ["phantom", "convert", "split", "train", "predict", "merge", "report"])
  }

  @Test("A tree that agrees passes")
  func agreeing() {
    #expect(StageTable.violations(in: SourceTree(Self.planted)) == [])
  }

  @Test(
    "Each disagreement is found",
    arguments: [
      ("stages/merge/IchorMerge.swift", "", "merge is in the folders of stages/ only"),
      (
        "pipeline.yaml", "split: {}\nmerge: {}\n", "merge is in pipeline.yaml only"
      ),
      ("pipeline.yaml", "data: {}\n", "split is in the table only"),
      ("stages/split/IchorSplit.swift", "import StageCommand\n", "does not import Splitting"),
      (
        "stages/README.md", "| split | ichor-splitter | Splitting | a | b |\n",
        "split names ichor-splitter"
      ),
      ("stages/README.md", "| split | ichor-split | Splits | a | b |\n", "Splits is no module"),
    ])
  func disagreeing(path: String, text: String, sentence: String) {
    let tree = SourceTree(Self.planted.merging([path: text]) { _, new in new })
    let violations = StageTable.violations(in: tree)
    #expect(violations.contains { $0.sentence.contains(sentence) }, "\(violations)")
  }

  @Test("A long executable is found")
  func long() {
    let tree = SourceTree(["stages/split/IchorSplit.swift": String(repeating: "\n", count: 81)])
    #expect(StageTable.longExecutables(in: tree).count == 1)
  }
}
