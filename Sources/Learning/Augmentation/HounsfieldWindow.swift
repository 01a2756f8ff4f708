/// What becomes black and white in one channel of a picture that is made of Hounsfield units.
package struct HounsfieldWindow: Sendable, Equatable {
  /// In HU.
  package var centre: Double
  /// In HU, greater than 0.
  package var width: Double

  package init(centre: Double, width: Double) {
    self.centre = centre
    self.width = width
  }
}
