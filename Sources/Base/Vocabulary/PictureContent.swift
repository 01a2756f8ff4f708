/// What converted pictures hold: `convert.windows`.
public enum PictureContent: Hashable, Sendable {
  /// One window per colour channel, `windowCount` of them.
  case windows([WindowName])
  /// Hounsfield units in 16-bit grey, to be windowed when they are read.
  case hounsfieldUnits

  /// A picture has one channel or three, of which the third may be black.
  public static let windowCount = 1...3
  /// What stands for `hounsfieldUnits` in place of a list of windows.
  public static let hounsfieldSpelling = "hu16"

  /// The names of the windows, or the spelling of Hounsfield units alone.
  public var names: [String] {
    switch self {
    case .windows(let windows): windows.map(\.rawValue)
    case .hounsfieldUnits: [Self.hounsfieldSpelling]
    }
  }
}

extension PictureContent: CustomStringConvertible {
  /// `names` with commas between them.
  public var description: String { names.joined(separator: ",") }
}

extension PictureContent: Codable {
  /// Reads a list of names.
  ///
  /// - Throws: `DecodingError` where the list is not what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if try container.decode([String].self) == [Self.hounsfieldSpelling] {
      self = .hounsfieldUnits
    } else {
      self = .windows(try container.decode([WindowName].self))
    }
  }

  /// Writes `names`.
  ///
  /// - Throws: only what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}
