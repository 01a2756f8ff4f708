import Diagnostics
import Testing

/// Rows of a label file, spelled out here rather than by the writer under test.
enum LabelRows {
  private static let subtypes = [
    "epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural", "any",
  ]

  /// Six rows of an image in RSNA's order, positive for the subtypes given.
  static func text(_ id: String, _ positive: Set<String> = []) -> String {
    subtypes.map { subtype in
      let is1 = subtype == "any" ? !positive.isEmpty : positive.contains(subtype)
      return "\(id)_\(subtype),\(is1 ? 1 : 0)\n"
    }.joined()
  }
}

/// The error that the body throws.
func refusal(_ body: () throws -> Void) throws -> IchorError {
  try #require(throws: IchorError.self, performing: body)
}
