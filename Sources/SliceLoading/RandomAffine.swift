import CounterRandom

/// Rotates, scales and shifts every sample by chance, about the image's centre.
public struct RandomAffine: Sendable, Equatable {
  /// Largest rotation either way, in degrees.
  public let rotation: Double
  /// Largest relative change of size: 0.1 draws factors of 0.9 to 1.1.
  public let scale: Double
  /// Largest shift either way along each axis, as a part of the extent.
  public let shift: Double
  private let seed: UInt64

  /// - Precondition: no range is negative, and the smallest scale is positive.
  public init(rotation: Double, scale: Double, shift: Double, seed: UInt64) {
    precondition(
      rotation >= 0 && (0..<1).contains(scale) && shift >= 0, "ranges of an affine are sane")
    self.rotation = rotation
    self.scale = scale
    self.shift = shift
    self.seed = seed
  }

  /// Where each pixel of the result comes from: `source = matrix * destination + offset`, about
  /// the centres of the pixels.
  public struct Mapping: Sendable, Equatable {
    /// Row-major 2x2 of (x, y).
    public let matrix: [Double]
    public let offset: [Double]

    public init(matrix: [Double], offset: [Double]) {
      self.matrix = matrix
      self.offset = offset
    }
  }

  /// - Parameter sample: position in the global batch.
  public func mapping(
    epoch: Int, step: Int, sample: Int, width: Int, height: Int
  ) -> Mapping {
    var random = CounterRandom(
      seed: seed, purpose: "augment.affine", epoch: epoch, step: step, sample: sample)
    let angle = random.uniform(in: -rotation...rotation) * .pi / 180
    let factor = 1 / random.uniform(in: 1 - scale...1 + scale)
    let shiftX = random.uniform(in: -shift...shift) * Double(width)
    let shiftY = random.uniform(in: -shift...shift) * Double(height)
    let (cosine, sine) = Self.cosineAndSine(angle)
    let matrix = [factor * cosine, factor * sine, -factor * sine, factor * cosine]
    let (centreX, centreY) = (Double(width - 1) / 2, Double(height - 1) / 2)
    let offset = [
      centreX - matrix[0] * (centreX + shiftX) - matrix[1] * (centreY + shiftY),
      centreY - matrix[2] * (centreX + shiftX) - matrix[3] * (centreY + shiftY),
    ]
    return Mapping(matrix: matrix, offset: offset)
  }

  /// By Taylor series, so that the same seed gives the same pixels whatever the C library; exact
  /// to double precision for angles up to half a turn.
  private static func cosineAndSine(_ angle: Double) -> (Double, Double) {
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
