import Testing

@Suite("Rows of Package.swift")
struct PackageMapTests {
  static let manifest = """
    func module(_ name: String) {}
    floor = "CLibraries"
    library("CZlib", apt: "zlib1g-dev")
    floor = "Imaging"
    module("PNG", ["CZlib"])
    floor = "Stages"
    module(
      "Splitting",
      [
        "PNG", logging,
      ])
    stage("split", ["Splitting"])
    support("OracleWeights")
    test("Splitting", ["Splitting"], excluding: ["Fixtures"])
    """
  static let planted = [
    "Package.swift": manifest, "Sources/CLibraries/CZlib/shim.h": "",
    "Sources/Imaging/PNG/PNG.swift": "import CZlib\n",
    "Sources/Stages/Splitting/Split.swift": "import Logging\nimport PNG\n",
    "stages/split/IchorSplit.swift": "import Splitting\nimport StageCommand\n",
    "Tests/OracleWeights/Weights.swift": "",
    "Tests/SplittingTests/SplitTests.swift": "@testable import Splitting\n",
  ]

  private func map(_ tree: SourceTree) -> PackageMap {
    PackageMap(tree.files["Package.swift"] ?? "")
  }

  @Test("Every row has its folder, every folder its row; rows declare what is imported, no more")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(map(tree).rows.count > 60)
    #expect(map(tree).violations(in: tree) == [])
    #expect(map(tree).undeclared(in: tree) == [])
  }

  @Test("Rows are read with their floor, over several lines too")
  func rows() {
    let rows = PackageMap(Self.manifest).rows
    #expect(
      rows.map(\.folder) == [
        "Sources/CLibraries/CZlib", "Sources/Imaging/PNG", "Sources/Stages/Splitting",
        "stages/split", "Tests/OracleWeights", "Tests/SplittingTests",
      ])
    #expect(rows[2].modules == ["PNG"])
    #expect(rows[2].products == ["logging"])
  }

  @Test("A tree that agrees passes")
  func agreeing() {
    let tree = SourceTree(Self.planted)
    #expect(map(tree).violations(in: tree) == [])
    #expect(map(tree).undeclared(in: tree) == [])
  }

  @Test("A row without a folder and a folder without a row are found")
  func disagreeing() {
    var files = Self.planted
    files["Tests/SplittingTests/SplitTests.swift"] = nil
    files["Sources/Learning/Metrics/LogLoss.swift"] = ""
    let tree = SourceTree(files)
    #expect(
      map(tree).violations(in: tree).map(\.description) == [
        "Package.swift: Tests/SplittingTests holds no file",
        "Sources/Learning/Metrics: has no row in Package.swift",
      ])
  }

  @Test(
    "An import without a declaration and a declaration without an import are found",
    arguments: [
      ("import CZlib\nimport PNG\n", "imports CZlib, which Splitting does not declare"),
      ("import Foundation\n", "declares PNG, which no file of Sources/Stages/Splitting imports"),
    ])
  func undeclared(text: String, sentence: String) {
    let tree = SourceTree(
      Self.planted.merging(["Sources/Stages/Splitting/Split.swift": text]) { $1 })
    let found = map(tree).undeclared(in: tree)
    #expect(found.count == 1)
    #expect(found.first?.sentence.contains(sentence) == true)
  }
}
