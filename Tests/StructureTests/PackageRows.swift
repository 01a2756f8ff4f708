import Foundation

/// The rows of `Package.swift`, held against the folders, both ways.
enum PackageRows {
  /// Folders that the rows name: `module`, `shim`, `tool`, `stage` and `test`, and targets that are
  /// written out.
  static func folders(of manifest: String) -> [String] {
    let rows = manifest.matches(
      of: #/(?m)^(module|shim|library|tool|stage|test)\(\s*"([A-Za-z0-9\-]+)"/#
    ).map { row in
      switch row.1 {
      case "stage": "stages/\(row.2)"
      case "test": "Tests/\(row.2)Tests"
      default: "Sources/\(row.2)"
      }
    }
    let written = manifest.matches(
      of: #/\.(?:systemLibrary|target)\(\s*name: "([A-Za-z0-9\-]+)"([^\n]*)/#
    ).map { row in
      row.2.firstMatch(of: #/path: "([^"]+)"/#).map { String($0.1) } ?? "Sources/\(row.1)"
    }
    return rows + written
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
