import Foundation

/// Code in the engine's documentation catalogs is in a test too, so that it compiles and runs.
enum CatalogExamples {
  /// Swift blocks of a page, without their imports.
  static func blocks(of markdown: String) -> [String] {
    markdown.matches(of: #/(?s)```swift\n(.*?)```/#).map { code(String($0.1)) }
  }

  /// Lines without indentation, empty lines and imports.
  private static func code(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }.joined(separator: "\n")
  }

  static func pages(in tree: SourceTree) -> [(path: String, text: String)] {
    tree.files.filter { $0.key.hasPrefix("Sources/Engine/") && $0.key.contains(".docc/") }
      .sorted { $0.key < $1.key }.map { (path: $0.key, text: $0.value) }
  }

  static func violations(in tree: SourceTree) -> [Violation] {
    let tests = tree.swift.filter { $0.path.hasPrefix("Tests/") }.map { code($0.text) }
    return pages(in: tree).flatMap { path, text -> [Violation] in
      let blocks = blocks(of: text)
      if blocks.isEmpty { return [Violation(place: path, sentence: "shows no code")] }
      return blocks.filter { block in !tests.contains { $0.contains(block) } }.map {
        Violation(
          place: path, sentence: "no test runs the code that begins “\($0.prefix { $0 != "\n" })”")
      }
    }
  }
}
