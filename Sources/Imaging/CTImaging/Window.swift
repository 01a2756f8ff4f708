import Diagnostics

/// A window of Hounsfield units that is spread over the grey levels 0...255.
///
/// A value is clipped to [centre - width/2, centre + width/2] and mapped linearly, the lower end to 0
/// and the upper to 255 (PS3.3 C.11.2.1.3.2, LINEAR_EXACT). Grey levels are rounded half up, and
/// only once: after resampling.
public struct Window: Hashable, Sendable {
  /// The name that `convert.windows` uses.
  public let name: String
  /// In HU.
  public let centre: Float
  /// In HU; greater than 0.
  public let width: Float

  public init(name: String, centre: Float, width: Float) {
    precondition(width > 0, "a window is wider than 0")
    self.name = name
    self.centre = centre
    self.width = width
  }

  /// The HU that becomes grey level 0.
  public var lower: Float { centre - width / 2 }

  /// The grey level before rounding, 0...255; 0 for a value that is not a number.
  public func level(_ hu: Float) -> Float { range.clipped(hu) * (255 / width) }

  /// The grey levels of a picture of Hounsfield units.
  ///
  /// - Parameter samples: 16 bits each in the machine's order, `lowestHounsfieldUnit` being 0.
  public func levels(ofHounsfieldSamples samples: [UInt8]) -> [UInt8] {
    samples.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map { place in
        let sample = bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)
        return UInt8(level(Float(Int(sample) + Self.lowestHounsfieldUnit)).rounded())
      }
    }
  }

  var range: Range { Range(lower: lower, width: width) }

  /// The numbers of a window alone, for inner loops.
  struct Range {
    let lower: Float
    let width: Float

    /// How far a value lies above `lower`, at least 0, at most `width`.
    @inline(__always)
    func clipped(_ hu: Float) -> Float {
      // Written as the processor's own maximum and minimum; a NaN becomes 0.
      let above = hu - lower
      let positive = above > 0 ? above : 0
      return positive < width ? positive : width
    }
  }

  public static let brain = Window(name: "brain", centre: 40, width: 80)
  public static let subdural = Window(name: "subdural", centre: 80, width: 200)
  public static let soft = Window(name: "soft", centre: 40, width: 380)
  public static let bone = Window(name: "bone", centre: 600, width: 2800)

  /// What 16 bits hold from -1024 HU on; its 65535 grey levels are a HU each.
  static let everything = Window(name: "hu16", centre: -1024 + 65535 / 2, width: 65535)

  /// The HU of grey level 0 in pictures of Hounsfield units.
  public static let lowestHounsfieldUnit = -1024

  /// Every window that a configuration can name.
  public static let all = [brain, subdural, soft, bone]

  /// Looks a window up by its name.
  ///
  /// - Throws: `IchorError(.configuration)` for an unknown one.
  public static func named(_ name: String) throws -> Window {
    guard let window = all.first(where: { $0.name == name }) else {
      throw IchorError(
        .configuration, code: "window-unknown", "there is no window \"\(name)\"",
        remedy: "Use one of \(all.map(\.name).joined(separator: ", ")).", at: "convert.windows")
    }
    return window
  }
}
