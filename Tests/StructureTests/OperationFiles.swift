import Foundation

/// Every operation has its file in the graph, in each backend and in the conformance tests.
enum OperationFiles {
  static let vocabulary = "Sources/Engine/ComputeGraph/Operation.swift"
  static let graph = "Sources/Engine/ComputeGraph/Operations"
  static let tests = "Tests/BackendConformanceTests"
  /// What the file in `graph` says of its operation, as items of a doc comment.
  static let headings = ["Shape", "Saved", "Gradient"]

  /// The cases of the closed enum, as files are named for them.
  static func operations(in tree: SourceTree) -> [String] {
    (tree.files[vocabulary] ?? "").split(separator: "\n").compactMap { line in
      line.wholeMatch(of: #/  case ([a-z])([A-Za-z]*)(\(\w+\))?/#).map {
        $0.1.uppercased() + $0.2
      }
    }
  }

  /// The folders `Operations` of the backends; one that only wraps another has none.
  static func backends(in tree: SourceTree) -> [String] {
    tree.children(of: "Sources/Engine").filter { $0.hasSuffix("Backend") }.sorted()
      .map { "Sources/Engine/\($0)/Operations" }.filter(tree.folders.contains)
  }

  static func violations(in tree: SourceTree) -> [Violation] {
    let operations = operations(in: tree)
    var found: [Violation] = []
    for folder in [graph] + backends(in: tree) {
      let names = tree.swift.map(\.path).filter { $0.hasPrefix("\(folder)/") }
        .map { String($0.dropFirst(folder.count + 1).dropLast(".swift".count)) }
      for name in Set(names).symmetricDifference(operations).sorted() {
        let sentence = names.contains(name) ? "is no operation" : "is missing"
        found.append(Violation(place: "\(folder)/\(name).swift", sentence: sentence))
      }
    }
    for operation in operations {
      let test = "\(tests)/\(operation)Tests.swift"
      if tree.files[test] == nil { found.append(Violation(place: test, sentence: "is missing")) }
      let place = "\(graph)/\(operation).swift"
      guard let text = tree.files[place] else { continue }
      for heading in headings where !text.contains("/// - \(heading): ") {
        found.append(Violation(place: place, sentence: "does not say '- \(heading):'"))
      }
    }
    return found
  }
}
