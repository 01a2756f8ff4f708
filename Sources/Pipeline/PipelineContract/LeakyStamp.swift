/// The word that marks every number of a training whose validation slices were trained on as well.
package enum LeakyStamp {
  package static let word = "LEAKY"

  /// What a sentence with such a number begins with; empty where nothing leaks.
  package static func prefix(_ leaky: Bool) -> String { leaky ? "\(word): " : "" }

  /// What follows such a number; empty where nothing leaks.
  package static func suffix(_ leaky: Bool) -> String { leaky ? " (\(word))" : "" }
}
