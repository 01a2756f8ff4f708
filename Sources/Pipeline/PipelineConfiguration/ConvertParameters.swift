import Vocabulary

/// How DICOM files become windowed pictures.
package struct ConvertParameters: Codable, Equatable, Sendable {
  /// The windows where none are named.
  package static let usualWindows: [WindowName] = [.brain, .subdural, .soft]

  /// Identifiers become keyed hashes.
  package struct Pseudonymization: Codable, Equatable, Sendable {
    package var keyFile: String

    package init(keyFile: String) { self.keyFile = keyFile }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case keyFile = "key_file"
    }
  }

  /// Edge lengths of the square pictures, pixels.
  package var sizes: [Int]
  /// Windows, or Hounsfield units that are windowed where they are read.
  package var content: PictureContent
  package var repairs: [Repair]
  /// How identifiers are replaced; `nil`: they are not.
  package var pseudonymize: Pseudonymization?
  /// Slices in a tar shard.
  package var shardSlices: Int
  /// Quirk code to the number of files that must show it; another number is an error.
  package var expect: [String: Int]
  /// What happens when files are in no shard; makes nothing stale.
  package var onExcluded: ExclusionPolicy

  package init(
    sizes: [Int] = [224, 112], content: PictureContent = .windows(usualWindows),
    repairs: [Repair] = [.wrapped12Bit], pseudonymize: Pseudonymization? = nil,
    shardSlices: Int = 1024, expect: [String: Int] = [:], onExcluded: ExclusionPolicy = .warn
  ) {
    self.sizes = sizes
    self.content = content
    self.repairs = repairs
    self.pseudonymize = pseudonymize
    self.shardSlices = shardSlices
    self.expect = expect
    self.onExcluded = onExcluded
  }

  /// Whether pictures hold Hounsfield units and not windows.
  package var keepsHounsfieldUnits: Bool { content == .hounsfieldUnits }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case sizes
    case content = "windows"
    case repairs
    case pseudonymize
    case shardSlices = "shard_slices"
    case expect
    case onExcluded = "on_excluded"
  }

  /// In a manifest; a policy is no part of what a shard holds.
  static let onExcludedKey = "convert.\(CodingKeys.onExcluded.stringValue)"

  init(_ section: ConfigurationSection) throws {
    self.init()
    sizes = try section.integers(
      CodingKeys.sizes, default: sizes, in: PictureSize.allowed, count: 1...16)
    if case .scalar(.text(PictureContent.hounsfieldSpelling)) =
      section.node(CodingKeys.content)?.value
    {
      content = .hounsfieldUnits
    } else if let windows: [WindowName] = try section.choices(
      CodingKeys.content, count: PictureContent.windowCount)
    {
      content = .windows(windows)
    }
    repairs =
      try section.choices(CodingKeys.repairs, count: 0...Repair.allCases.count) ?? repairs
    pseudonymize = try section.section(
      CodingKeys.pseudonymize, known: Pseudonymization.CodingKeys.self
    ).path(Pseudonymization.CodingKeys.keyFile).map(Pseudonymization.init)
    shardSlices = try section.integer(
      CodingKeys.shardSlices, default: shardSlices, in: 1...100_000)
    expect = try section.counts(CodingKeys.expect)
    onExcluded = try section.choice(CodingKeys.onExcluded, default: onExcluded)
  }
}
