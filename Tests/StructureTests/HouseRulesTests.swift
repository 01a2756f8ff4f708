import Testing

@Suite("House rules")
struct HouseRulesTests {
  @Test("The repository keeps them")
  func repository() throws {
    #expect(HouseRules.violations(in: try SourceTree.repositoryFiles.get()) == [])
  }

  @Test(
    "A planted violation is found",
    arguments: [
      ("Sources/Stages/Splitting/Split.swift", String(repeating: "// line\n", count: 501)),
      ("Sources/CLibraries/CPNG/CPNG.c", String(repeating: "\n", count: 501)),
      ("Tests/SplittingTests/SplitTests.swift", String(repeating: "\n", count: 501)),
      ("Sources/Stages/Splitting/LabelUtils.swift", ""),
      ("Sources/Stages/Splitting/Split.swift", "let rows = try! read()\n"),
      ("Sources/Stages/Splitting/Split.swift", "let table = value as! Table\n"),
      ("stages/split/IchorSplit.swift", "fatalError(\"no\")\n"),
      ("Sources/Stages/Splitting/Split.swift", "// TODO: read\n"),
    ])
  func planted(path: String, text: String) {
    #expect(HouseRules.violations(in: SourceTree([path: text])).count == 1)
  }

  @Test("A file of exactly the allowed length passes")
  func longest() {
    let text = String(repeating: "\n", count: HouseRules.longest)
    #expect(
      HouseRules.violations(in: SourceTree(["Sources/Stages/Splitting/Split.swift": text])) == [])
  }
}
