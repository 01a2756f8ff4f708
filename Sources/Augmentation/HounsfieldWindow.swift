/// What becomes black and white in one channel of a picture that is made of Hounsfield units.
public struct HounsfieldWindow: Sendable, Equatable {
  /// In HU.
  public var centre: Double
  /// In HU, greater than 0.
  public var width: Double

  public init(centre: Double, width: Double) {
    self.centre = centre
    self.width = width
  }
}
