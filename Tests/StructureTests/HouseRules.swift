import Foundation

/// Rules of writing that a formatter doesn't know.
enum HouseRules {
  /// No file is longer than this.
  static let longest = 500

  static func lines(of text: String) -> Int {
    text.utf8.reduce(into: 0) { count, byte in if byte == UInt8(ascii: "\n") { count += 1 } }
  }

  static func violations(in tree: SourceTree) -> [Violation] {
    var found: [Violation] = []
    for (path, text) in tree.code {
      let count = lines(of: text)
      if count > longest {
        found.append(Violation(place: path, sentence: "\(count) lines, at most \(longest)"))
      }
      for word in ["Utils", "Common", "Helper", "Manager"] where path.contains(word) {
        found.append(Violation(place: path, sentence: "named \(word): name the idea"))
      }
      if !path.hasPrefix("Tests/"), path.hasSuffix(".swift") {
        found += traps(path: path, text: text)
      }
    }
    return found
  }

  /// Calls that end the process where an error would do, and work left undone.
  private static func traps(path: String, text: String) -> [Violation] {
    var found: [Violation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      for word in ["try!", "as!", "fatalError(", "TODO", "FIXME"] where line.contains(word) {
        found.append(Violation(place: "\(path):\(index + 1)", sentence: "holds \(word)"))
      }
    }
    return found
  }
}
