import Foundation

/// The rows of `Package.swift`, held against the folders, both ways.
enum PackageRows {
  /// Folders that the rows `module`, `tool`, `library`, `stage` and `test` name.
  static func folders(of manifest: String) -> [String] {
    manifest.matches(of: #/(?m)^(module|tool|library|stage|test)\(\s*"([A-Za-z0-9\-]+)"/#).map {
      switch $0.1 {
      case "stage": "stages/\($0.2)"
      case "test": "Tests/\($0.2)Tests"
      default: "Sources/\($0.2)"
      }
    }
  }

  static func violations(in tree: SourceTree) -> [Violation] {
    let place = "Package.swift"
    guard let manifest = tree.files[place] else {
      return [Violation(place: place, sentence: "is missing")]
    }
    let rows = folders(of: manifest)
    var found: [Violation] = []
    if Set(rows).count != rows.count { found.append(.init(place: place, sentence: "a row twice")) }
    for folder in rows where !tree.folders.contains(folder) {
      found.append(.init(place: place, sentence: "\(folder) holds no file"))
    }
    for top in ["Sources", "Tests", "stages"] {
      for name in tree.children(of: top).sorted() where !rows.contains("\(top)/\(name)") {
        found.append(.init(place: "\(top)/\(name)", sentence: "has no row in Package.swift"))
      }
    }
    return found
  }
}
