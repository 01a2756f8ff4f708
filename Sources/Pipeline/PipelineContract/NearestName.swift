/// Finds what a person probably meant to type.
package enum NearestName {
  /// Edits (insert, delete, replace) that turn one text into the other; Levenshtein 1966.
  package static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.unicodeScalars.prefix(128)), Array(right.unicodeScalars))
    var row = Array(0...right.count)
    for (index, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in right.indices {
        let replaced = diagonal + (scalar == right[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }

  /// The names, nearest to `text` first, those at equal distances in the order given.
  package static func sorted(_ names: [String], by text: String) -> [String] {
    let ranked = names.enumerated().map { (index: $0, name: $1, edits: distance(text, $1)) }
    return ranked.sorted { ($0.edits, $0.index) < ($1.edits, $1.index) }.map(\.name)
  }

  /// The name nearest to `text`, `nil` where none is near (more than half of it differs).
  package static func nearest(to text: String, in names: [String]) -> String? {
    guard let best = sorted(names, by: text).first else { return nil }
    return distance(text, best) * 2 <= max(text.count, best.count) ? best : nil
  }
}
