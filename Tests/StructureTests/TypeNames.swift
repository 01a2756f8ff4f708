import Foundation

/// One name, one thing: no two modules, no module's name, and none of Swift's types share it.
enum TypeNames {
  /// Swift's own types that a type of ours would hide wherever its module is imported.
  static let swift: Set<String> = [
    "Array", "Collection", "Data", "Date", "Decoder", "Dictionary", "Encoder", "Error",
    "Expression",
    "File", "Hasher", "Identifiable", "Mirror", "Notification", "Operation", "Process", "Result",
    "Sequence", "Set", "String", "Task", "Thread", "Unit", "URL",
  ]
  /// `ComputeGraph.Operation` is the field's word and the engine imports no Foundation type of the
  /// name.
  static let tolerated: Set<String> = ["Operation"]

  /// Types declared at the top level, by module.
  static func declared(in tree: SourceTree) -> [String: Set<String>] {
    var modules: [String: Set<String>] = [:]
    for (path, text) in tree.swift where path.hasPrefix("Sources/") {
      let parts = path.split(separator: "/")
      guard parts.count > 3 else { continue }
      for line in text.split(separator: "\n") {
        guard
          let match = line.prefixMatch(
            of:
              #/(?:(?:@\w+(?:\([^)]*\))?|public|package|internal|final|indirect|nonisolated) )*(?:struct|class|enum|protocol|actor|typealias) (\w+)/#
          )
        else { continue }
        modules[String(match.1), default: []].insert(String(parts[2]))
      }
    }
    return modules
  }

  static func violations(in tree: SourceTree) -> [Violation] {
    let modules = Set(
      tree.children(of: "Sources").flatMap { tree.children(of: "Sources/\($0)") })
    return declared(in: tree).sorted { $0.key < $1.key }.flatMap { name, homes -> [Violation] in
      var found: [Violation] = []
      if homes.count > 1 {
        found.append(
          .init(place: homes.sorted().joined(separator: ", "), sentence: "each have a type \(name)")
        )
      }
      if modules.contains(name) {
        found.append(
          .init(place: homes.sorted()[0], sentence: "has a type named like a module: \(name)"))
      }
      if swift.subtracting(tolerated).contains(name) {
        found.append(.init(place: homes.sorted()[0], sentence: "hides Swift's \(name)"))
      }
      return found
    }
  }
}
