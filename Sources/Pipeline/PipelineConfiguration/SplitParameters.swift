import Vocabulary

/// How patients are dealt into stratified folds.
package struct SplitParameters: Codable, Equatable, Sendable {
  package var seed: Int
  package var folds: Int
  /// The fold held out for validation, counted from 0.
  package var fold: Int

  /// What is never on two sides of a fold.
  package enum Group: String, Choice {
    case patient
    /// For collections whose patients all have one ID: one patient's studies may be in two folds.
    case study
  }

  package var group: Group
  /// IDs of slices whose pictures prove nothing when patients share them.
  package var ignorePictures: [String]

  /// Whether each epoch is validated on a share 1/folds of all slices, drawn anew without regard to
  /// patients, and trained on the rest. No fold is held out then, and every loss is LEAKY.
  package var redrawEachEpoch: Bool

  package init(
    seed: Int = 2019, folds: Int = 5, fold: Int = 0, redrawEachEpoch: Bool = false,
    group: Group = .patient, ignorePictures: [String] = []
  ) {
    self.seed = seed
    self.folds = folds
    self.fold = fold
    self.redrawEachEpoch = redrawEachEpoch
    self.group = group
    self.ignorePictures = ignorePictures
  }

  /// The dotted key of `redrawEachEpoch`, a parameter of everything that follows from a training.
  package static let redrawKey = "split.\(CodingKeys.redrawEachEpoch.rawValue)"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case seed
    case folds
    case fold
    case group
    case ignorePictures = "ignore_pictures"
    case redrawEachEpoch = "redraw_each_epoch"
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    seed = try section.integer(CodingKeys.seed, default: seed, in: ConfigurationSection.seeds)
    folds = try section.integer(CodingKeys.folds, default: folds, in: 2...100)
    fold = try section.integer(CodingKeys.fold, default: fold, in: 0...99)
    if fold >= folds {
      throw section.fault(
        CodingKeys.fold, code: "value-out-of-range",
        "The held-out fold \(fold) is not one of the \(folds) folds",
        remedy: "Use 0…\(folds - 1); folds are counted from 0.")
    }
    group = try section.choice(CodingKeys.group, default: group)
    ignorePictures = try section.texts(CodingKeys.ignorePictures)
    redrawEachEpoch = try section.bool(CodingKeys.redrawEachEpoch, default: redrawEachEpoch)
  }
}
