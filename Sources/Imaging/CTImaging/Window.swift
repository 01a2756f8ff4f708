import Vocabulary

/// A window of Hounsfield units that is spread over the grey levels 0...255.
///
/// A value is clipped to `center - width/2 ... center + width/2` and mapped linearly, the lower end
/// to 0 and the upper to 255 (PS3.3 C.11.2.1.3.2, LINEAR_EXACT). Grey levels are rounded half up,
/// and only once: after resampling.
public struct Window: Hashable, Sendable {
  /// In HU.
  public let center: Double
  /// In HU; greater than 0.
  public let width: Double

  /// - Precondition: the width is greater than 0.
  public init(center: Double, width: Double) {
    precondition(width > 0, "a window is wider than 0")
    self.center = center
    self.width = width
  }

  /// The window with a name.
  public init(_ name: WindowName) {
    switch name {
    case .brain: self.init(center: 40, width: 80)
    case .subdural: self.init(center: 80, width: 200)
    case .soft: self.init(center: 40, width: 380)
    case .bone: self.init(center: 600, width: 2800)
    }
  }

  /// The HU that becomes grey level 0.
  public var lower: Double { center - width / 2 }
}
