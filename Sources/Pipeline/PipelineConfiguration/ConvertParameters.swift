/// From DICOM files to windowed pictures.
package struct ConvertParameters: Codable, Equatable, Sendable {
  package static let knownWindows = ["brain", "subdural", "soft", "bone"]
  /// In place of windows: 16-bit grey pictures of Hounsfield units.
  package static let hounsfield = "hu16"
  package static let knownRepairs = ["wrapped-12-bit"]

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
  /// One window a colour channel, one to three of `knownWindows`; or `hounsfield` alone: pictures of
  /// HU + 1024, to be windowed where they are read.
  package var windows: [String]
  package var repairs: [String]
  /// How identifiers are replaced; `nil`: they are not.
  package var pseudonymize: Pseudonymization?
  /// Slices in a tar shard.
  package var shardSlices: Int
  /// Quirk code to the number of files that must show it; another number is an error.
  package var expect: [String: Int]

  package init(
    sizes: [Int] = [224, 112], windows: [String] = ["brain", "subdural", "soft"],
    repairs: [String] = ["wrapped-12-bit"], pseudonymize: Pseudonymization? = nil,
    shardSlices: Int = 1024, expect: [String: Int] = [:]
  ) {
    self.sizes = sizes
    self.windows = windows
    self.repairs = repairs
    self.pseudonymize = pseudonymize
    self.shardSlices = shardSlices
    self.expect = expect
  }

  /// Whether pictures hold Hounsfield units and not windows.
  package var keepsHounsfieldUnits: Bool { windows == [Self.hounsfield] }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case sizes
    case windows
    case repairs
    case pseudonymize
    case shardSlices = "shard_slices"
    case expect
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    sizes = try section.integers(CodingKeys.sizes, default: sizes, in: 16...1024, count: 1...16)
    if case .scalar(.text(Self.hounsfield)) = section.node(CodingKeys.windows)?.value {
      windows = [Self.hounsfield]
    } else {
      windows = try section.names(
        CodingKeys.windows, default: windows, of: Self.knownWindows, count: 1...3)
    }
    repairs = try section.names(
      CodingKeys.repairs, default: repairs, of: Self.knownRepairs,
      count: 0...Self.knownRepairs.count)
    pseudonymize = try section.section(
      CodingKeys.pseudonymize, known: Pseudonymization.CodingKeys.self
    ).path(Pseudonymization.CodingKeys.keyFile).map(Pseudonymization.init)
    shardSlices = try section.integer(
      CodingKeys.shardSlices, default: shardSlices, in: 1...100_000)
    expect = try section.counts(CodingKeys.expect)
  }
}
