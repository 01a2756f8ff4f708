import Foundation

/// File names of artifacts are spelled once, under Pipeline, in PipelineContract.
enum ArtifactNames {
  static let owner = "Sources/Pipeline/PipelineContract/"

  /// Complete file names that stand as string literals under Pipeline, in PipelineContract.
  static func declared(in tree: SourceTree) -> Set<String> {
    var names: Set<String> = []
    for (path, text) in tree.swift where path.hasPrefix(owner) {
      for match in text.matches(of: #/"([A-Za-z0-9_.\-]+\.(csv|json|jsonl|html|png|safetensors))"/#)
      {
        names.insert(String(match.1))
      }
    }
    return names
  }

  /// Literals of code that spell one of the names, alone or as the end of a path.
  static func violations(in tree: SourceTree) -> [Violation] {
    let names = declared(in: tree)
    var found: [Violation] = []
    for (path, text) in tree.swift
    where (path.hasPrefix("Sources/") || path.hasPrefix("stages/")) && !path.hasPrefix(owner) {
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//")
      {
        for name in names where line.contains("\"\(name)\"") || line.contains("/\(name)\"") {
          found.append(
            Violation(
              place: "\(path):\(index + 1)",
              sentence: "spells \(name), which PipelineContract names"))
        }
      }
    }
    return found
  }
}
