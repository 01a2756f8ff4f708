import Testing

@Suite("Examples of the documentation catalogs")
struct CatalogExamplesTests {
  private func tree(page: String) -> SourceTree {
    SourceTree([
      "Sources/Engine/Models/Documentation.docc/Models.md": page,
      "Tests/ModelsTests/ExampleTests.swift":
        "import Models\n@Suite struct ExampleTests {\n  func twice() {\n    let a = 1\n\n    use(a)\n  }\n}\n",
    ])
  }

  @Test("Every example of the repository is run by a test")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(CatalogExamples.pages(in: tree).count >= 2)
    #expect(CatalogExamples.violations(in: tree) == [])
  }

  @Test("Indentation, empty lines and imports may differ")
  func agreeing() {
    let page = "# Models\n```swift\nimport Models\n\nlet a = 1\nuse(a)\n```\n"
    #expect(CatalogExamples.violations(in: tree(page: page)) == [])
  }

  @Test(
    "Code that no test runs, and a page without code, are found",
    arguments: [
      ("```swift\nlet a = 2\nuse(a)\n```\n", "no test runs the code that begins “let a = 2”"),
      ("# Models\n", "shows no code"),
    ])
  func planted(page: String, sentence: String) {
    #expect(CatalogExamples.violations(in: tree(page: page)).map(\.sentence) == [sentence])
  }
}
