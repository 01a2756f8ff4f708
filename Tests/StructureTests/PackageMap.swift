import Foundation

/// The rows of `Package.swift`: which folder a target lies in, on which floor, and what it declares.
struct PackageMap {
  struct Row: Equatable {
    /// `module`, `shim`, `library`, `tool`, `stage`, `support` or `test`.
    let kind: String
    let name: String
    let folder: String
    /// Every quoted name of the row except that of the row itself: modules of this package, and
    /// what a shim links.
    let modules: Set<String>
    /// Words without quotes: products of other packages.
    let products: Set<String>
  }

  let rows: [Row]

  /// - Parameter manifest: the text of `Package.swift`; the kinds of row are the functions that it
  ///   defines.
  init(_ manifest: String) {
    var rows: [Row] = []
    var floor = ""
    let text = manifest.split(separator: "\n", omittingEmptySubsequences: false)
    var index = 0
    while index < text.count {
      let line = text[index]
      index += 1
      if let match = line.wholeMatch(of: #/floor = "([A-Za-z]+)"/#) { floor = String(match.1) }
      guard let start = line.prefixMatch(of: #/(module|shim|library|tool|stage|support|test)\(/#)
      else { continue }
      var row = String(line)
      while row.count(where: { $0 == "(" }) > row.count(where: { $0 == ")" }), index < text.count {
        row += text[index]
        index += 1
      }
      rows.append(Self.row(String(start.1), row, floor: floor))
    }
    self.rows = rows
  }

  private static func row(_ kind: String, _ text: String, floor: String) -> Row {
    let body = text.split(separator: "excluding:").first.map(String.init) ?? text
    let quoted = body.matches(of: #/"([^"]+)"/#).map { String($0.1) }
    let name = quoted.first ?? ""
    let folder =
      switch kind {
      case "stage": "stages/\(name)"
      case "test": "Tests/\(name)Tests"
      case "support": "Tests/\(name)"
      default: "Sources/\(floor)/\(name)"
      }
    let bare = body.drop(while: { $0 != "(" }).replacing(#/"[^"]*"/#, with: "")
      .matches(of: #/[A-Za-z]+/#).map { String($0.0) }
    return Row(
      kind: kind, name: name, folder: folder, modules: Set(quoted.dropFirst()),
      products: Set(bare).subtracting(["links", "apt"]))
  }

  /// The row whose folder holds the file.
  func row(of path: String) -> Row? { rows.first { path.hasPrefix("\($0.folder)/") } }

  /// Rows without a folder, folders without a row.
  func violations(in tree: SourceTree) -> [Violation] {
    let place = "Package.swift"
    let folders = rows.map(\.folder)
    var found: [Violation] = []
    for twice in Dictionary(grouping: rows, by: \.name).filter({ $1.count > 1 }).keys.sorted()
    where rows.count(where: { $0.name == twice && $0.kind != "stage" && $0.kind != "test" }) > 1 {
      found.append(.init(place: place, sentence: "\(twice) has two rows"))
    }
    for folder in folders where !tree.folders.contains(folder) {
      found.append(.init(place: place, sentence: "\(folder) holds no file"))
    }
    let inFloors = tree.children(of: "Sources").flatMap { floor in
      tree.children(of: "Sources/\(floor)").map { "Sources/\(floor)/\($0)" }
    }
    let others = ["Tests", "stages"].flatMap { top in tree.children(of: top).map { "\(top)/\($0)" }
    }
    for folder in (inFloors + others).sorted() where !folders.contains(folder) {
      found.append(.init(place: folder, sentence: "has no row in Package.swift"))
    }
    return found
  }

  /// Imports that a row does not declare, and declared modules that no file imports.
  func undeclared(in tree: SourceTree) -> [Violation] {
    let modules = Set(rows.map(\.name))
    var found: [Violation] = []
    for row in rows where row.kind != "shim" && row.kind != "library" {
      var imported: Set<String> = []
      for (path, text) in tree.swift where path.hasPrefix("\(row.folder)/") {
        for (line, module) in ImportWalls.imports(of: text) {
          imported.insert(module)
          if modules.contains(module), module != row.name, !row.modules.contains(module),
            !(row.kind == "stage" && module == "StageCommand")
          {
            found.append(
              .init(
                place: "\(path):\(line)",
                sentence: "imports \(module), which \(row.name) does not declare in Package.swift"))
          }
        }
      }
      for module in row.modules.subtracting(imported).sorted() {
        found.append(
          .init(
            place: "Package.swift",
            sentence: "\(row.name) declares \(module), which no file of \(row.folder) imports"))
      }
    }
    return found
  }
}
