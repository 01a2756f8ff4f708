import Vocabulary

/// What the labels are held to.
package struct LabelParameters: Codable, Equatable, Sendable {
  /// What becomes of converted slices that the label file does not have.
  package enum Unlabelled: String, Choice {
    /// Nothing is split.
    case error
    /// They are left out of training and validation, and counted.
    case skip
  }

  package var unlabelled: Unlabelled

  package init(unlabelled: Unlabelled = .error) { self.unlabelled = unlabelled }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case unlabelled
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    unlabelled = try section.choice(CodingKeys.unlabelled, default: unlabelled)
  }
}
