/// Where each pixel of a result comes from:
/// `(x, y)` of the source = `matrix * (x, y)` of the result + `offset`, between pixel centers.
package struct AffineMapping: Sendable, Equatable {
  /// The source's x is `xx * x + xy * y + x0`.
  package var xx, xy, x0: Double
  /// The source's y is `yx * x + yy * y + y0`.
  package var yx, yy, y0: Double

  package init(xx: Double, xy: Double, x0: Double, yx: Double, yy: Double, y0: Double) {
    (self.xx, self.xy, self.x0) = (xx, xy, x0)
    (self.yx, self.yy, self.y0) = (yx, yy, y0)
  }

  package static let identity = AffineMapping(xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0)

  /// The mapping of two steps: the result of the step with `self` is the source of `next`.
  package func followed(by next: AffineMapping) -> AffineMapping {
    AffineMapping(
      xx: xx * next.xx + xy * next.yx, xy: xx * next.xy + xy * next.yy,
      x0: xx * next.x0 + xy * next.y0 + x0,
      yx: yx * next.xx + yy * next.yx, yy: yx * next.xy + yy * next.yy,
      y0: yx * next.x0 + yy * next.y0 + y0)
  }

  /// Exchanges left and right.
  package static func flip(width: Int) -> AffineMapping {
    AffineMapping(xx: -1, xy: 0, x0: Double(width - 1), yx: 0, yy: 1, y0: 0)
  }

  /// Cuts the given parts off each side and stretches the rest from edge to edge.
  ///
  /// Pixels are squares about their centers, as `cv2.resize` takes them; no rounding to whole pixels.
  package static func crop(
    left: Double, right: Double, top: Double, bottom: Double, width: Int, height: Int
  ) -> AffineMapping {
    let (xx, yy) = (1 - left - right, 1 - top - bottom)
    return AffineMapping(
      xx: xx, xy: 0, x0: left * Double(width) + (xx - 1) / 2,
      yx: 0, yy: yy, y0: top * Double(height) + (yy - 1) / 2)
  }

  /// Scaled, then sheared, then rotated, all about the picture's center, then shifted.
  ///
  /// The picture's point p goes to `R * H * S * (p - center) + center + shift` with
  /// `S = diag(scaleX, scaleY)`, `H = [1, -tan(shear); 0, 1]` and
  /// `R = [cos(rotation), -sin(rotation); sin(rotation), cos(rotation)]`; y points down.
  /// - Parameters:
  ///   - rotation, shear: degrees.
  ///   - shiftX, shiftY: pixels.
  /// - Precondition: scales are above 0, the shear is less than a right angle.
  package static func affine(
    scaleX: Double, scaleY: Double, shear: Double, rotation: Double, shiftX: Double,
    shiftY: Double, width: Int, height: Int
  ) -> AffineMapping {
    precondition(scaleX > 0 && scaleY > 0 && abs(shear) < 90, "an affine mapping can be undone")
    let (cosine, sine) = cosineAndSine(degrees: rotation)
    let lean = cosineAndSine(degrees: shear)
    let tangent = lean.sine / lean.cosine
    // S^-1 * H^-1 * R^-1.
    let xx = (cosine - tangent * sine) / scaleX
    let xy = (sine + tangent * cosine) / scaleX
    let yx = -sine / scaleY
    let yy = cosine / scaleY
    let (centerX, centerY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    let (movedX, movedY) = (centerX + shiftX, centerY + shiftY)
    return AffineMapping(
      xx: xx, xy: xy, x0: centerX - xx * movedX - xy * movedY,
      yx: yx, yy: yy, y0: centerY - yx * movedX - yy * movedY)
  }

  /// By Taylor series, so that a seed gives the same pixels whatever the C library; exact to double
  /// precision for angles up to half a turn.
  private static func cosineAndSine(degrees: Double) -> (cosine: Double, sine: Double) {
    let angle = degrees * .pi / 180
    var cosine = 1.0
    var sine = angle
    var cosineTerm = 1.0
    var sineTerm = angle
    for order in stride(from: 2.0, through: 40, by: 2) {
      cosineTerm *= -angle * angle / (order * (order - 1))
      sineTerm *= -angle * angle / (order * (order + 1))
      cosine += cosineTerm
      sine += sineTerm
    }
    return (cosine, sine)
  }
}
