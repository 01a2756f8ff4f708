import Foundation

/// The table of `stages/README.md`, compared with the folders, `pipeline.yaml` and the sources.
enum StageTable {
  struct Row: Equatable {
    let stage: String
    let executable: String
    let library: String
    let reads: String
    let writes: String
  }

  static let path = "stages/README.md"
  /// Sections of `pipeline.yaml` that configure no stage.
  static let sectionsWithoutStage: Set<String> = ["data", "labels", "compute", "keep"]

  static func rows(of markdown: String) -> [Row] {
    markdown.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("|") else { return nil }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        .dropLast().map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
      guard cells.count == 5, cells[0] != "stage", !cells[0].hasPrefix("--") else { return nil }
      return Row(
        stage: cells[0], executable: cells[1], library: cells[2], reads: cells[3], writes: cells[4])
    }
  }

  /// Top-level keys of a YAML file in block style.
  static func sections(of yaml: String) -> Set<String> {
    Set(
      yaml.split(separator: "\n").compactMap { line in
        line.prefixMatch(of: #/([A-Za-z_][A-Za-z0-9_]*):/#).map { String($0.1) }
      })
  }

  static func violations(in tree: SourceTree) -> [Violation] {
    guard let table = tree.files[path], let yaml = tree.files["pipeline.yaml"] else {
      return [Violation(place: path, sentence: "the table or pipeline.yaml is missing")]
    }
    let rows = rows(of: table)
    let named = Set(rows.map(\.stage))
    var found: [Violation] = []
    if named.count != rows.count { found.append(.init(place: path, sentence: "a stage twice")) }
    func compare(_ others: Set<String>, _ what: String) {
      for stage in named.symmetricDifference(others).sorted() {
        found.append(
          Violation(
            place: path,
            sentence: "\(stage) is in \(named.contains(stage) ? "the table" : what) only"))
      }
    }
    compare(tree.children(of: "stages"), "the folders of stages/")
    compare(sections(of: yaml).subtracting(sectionsWithoutStage), "pipeline.yaml")
    for row in rows {
      if row.executable != "ichor-\(row.stage)" {
        found.append(.init(place: path, sentence: "\(row.stage) names \(row.executable)"))
      }
      if !tree.folders.contains("Sources/Stages/\(row.library)") {
        found.append(.init(place: path, sentence: "\(row.library) is no module of Sources/Stages"))
      }
      let sources = tree.swift.filter { $0.path.hasPrefix("stages/\(row.stage)/") }
      let imported = Set(sources.flatMap { ImportWalls.imports(of: $0.text).map(\.module) })
      for module in [row.library, "StageCommand"] where !imported.contains(module) {
        found.append(
          .init(place: "stages/\(row.stage)", sentence: "does not import \(module)"))
      }
    }
    return found
  }

  /// A stage executable holds options, one library call and the exit code: at most 80 lines.
  static func longExecutables(in tree: SourceTree, limit: Int = 80) -> [Violation] {
    tree.swift.filter { $0.path.hasPrefix("stages/") }.compactMap { path, text in
      let lines = HouseRules.lines(of: text)
      return lines > limit
        ? Violation(place: path, sentence: "\(lines) lines in a stage executable") : nil
    }
  }
}
