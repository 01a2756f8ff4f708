import Testing

@Suite("Rows of Package.swift")
struct PackageRowsTests {
  static let planted = [
    "Package.swift": """
    func module(_ name: String) {}
    module("Labels")
    stage("split", ["Labels"])
    targets.append(.systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]))
    targets.append(
      .target(name: "OracleWeights", dependencies: ["TensorCore"], path: "Tests/OracleWeights"))
    test(
      "Labels", ["Labels"])
    """,
    "Sources/Labels/Split.swift": "", "stages/split/IchorSplit.swift": "",
    "Tests/LabelsTests/SplitTests.swift": "", "Sources/CZlib/shim.h": "",
    "Tests/OracleWeights/Weights.swift": "",
  ]

  @Test("Every row has its folder, every folder its row")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(PackageRows.folders(of: tree.files["Package.swift"] ?? "").count > 20)
    #expect(PackageRows.violations(in: tree) == [])
  }

  @Test("A tree that agrees passes")
  func agreeing() {
    #expect(PackageRows.violations(in: SourceTree(Self.planted)) == [])
  }

  @Test("A row without a folder and a folder without a row are found")
  func disagreeing() {
    var files = Self.planted
    files["Tests/LabelsTests/SplitTests.swift"] = nil
    files["Sources/Metrics/LogLoss.swift"] = ""
    let sentences = PackageRows.violations(in: SourceTree(files)).map(\.description)
    #expect(
      sentences == [
        "Package.swift: Tests/LabelsTests holds no file",
        "Sources/Metrics: has no row in Package.swift",
      ])
  }
}
