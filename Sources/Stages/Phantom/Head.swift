import Randomness

/// What sets one patient's head apart: drawn once, read by every kernel.
///
/// The standard head is in millimetres, x to the left, y to the back, z up, with the origin
/// between the interventricular foramina; its vault is an ellipsoid of 68 x 84 x 70 mm half axes.
struct Head: Sendable {
  /// Years; drives the width of sulci and ventricles and the white matter's density.
  let age: Float
  /// 0 in the young, 1 in the very old, varied by person.
  let atrophy: Float
  /// Size of the head relative to the standard one along x, y, z.
  let scale: SIMD3<Float>
  /// Relative widening of the left half.
  let asymmetry: Float
  /// How square the axial outline is.
  let squareness: Float
  let vaultThickness: Float
  let scalpThickness: Float
  /// Half widths of ventricles relative to the middle of life.
  let ventricleSize: Float
  let ventricleAsymmetry: Float
  /// Half width of a sulcus in mm, and thickness of the fluid over the gyri.
  let sulcusHalfWidth: Float
  let fluidLayer: Float
  let grey: Float
  let white: Float
  let cerebrospinalFluid: Float
  /// Darkening of the white matter beside the ventricles (leukoaraiosis), HU.
  let leukoaraiosis: Float
  let denseBone: Float
  let diploe: Float
  /// Density and half thickness of the falx and of the tentorium.
  let falx: SIMD2<Float>
  let tentorium: SIMD2<Float>
  /// Sinuses and vessels, HU.
  let vessel: Float
  /// Low-frequency deformation: wave vectors (turns per mm) and phases of three waves.
  let warp: [Wave]
  let warpAmplitude: Float
  /// Waves whose zero sets are the sulci.
  let sulci: [Wave]
  /// Waves that vary texture: diploe, muscle, air cells.
  let texture: [Wave]
  let calcifications: [Calcification]

  init(seed: UInt64, patient: Int) {
    var draw = CounterRandom(seed: seed, purpose: "phantom.head", sample: patient)
    func uniform(_ low: Double, _ high: Double) -> Float { Float(draw.uniform(in: low...high)) }
    age = uniform(0, 1) < 0.3 ? uniform(18, 50) : uniform(50, 94)
    let wear = (age - 25) / 65 + uniform(-0.2, 0.2)
    atrophy = max(0, min(1, wear))
    let size = uniform(0.93, 1.06)
    scale = SIMD3(
      size * uniform(0.96, 1.05), size * uniform(0.96, 1.05), size * uniform(0.95, 1.04))
    asymmetry = uniform(-0.025, 0.025)
    squareness = uniform(0.15, 0.42)
    vaultThickness = uniform(5.2, 8.6)
    scalpThickness = uniform(3.5, 8)
    ventricleSize = 0.62 + 0.75 * atrophy + uniform(-0.12, 0.2)
    ventricleAsymmetry = uniform(-0.14, 0.14)
    sulcusHalfWidth = 0.1 + 1.15 * atrophy + uniform(-0.1, 0.15)
    fluidLayer = 0.7 + 2.6 * atrophy * uniform(0.5, 1.2)
    grey = uniform(35.5, 39)
    white = grey - uniform(7, 9.5)
    cerebrospinalFluid = uniform(4, 9)
    leukoaraiosis = uniform(0, 1) < 0.25 + 0.4 * atrophy ? uniform(3, 11) * atrophy : 0
    denseBone = uniform(1050, 1500)
    diploe = uniform(350, 750)
    falx = uniform(0, 1) < 0.2 ? SIMD2(uniform(60, 78), 1.0) : SIMD2(uniform(46, 57), 0.75)
    tentorium = uniform(0, 1) < 0.2 ? SIMD2(uniform(58, 72), 1.1) : SIMD2(uniform(44, 52), 0.7)
    vessel = uniform(42, 58)
    warpAmplitude = uniform(0.6, 1.7)
    warp = Wave.draws(3, wavelength: 90...150, &draw)
    sulci = Wave.draws(9, wavelength: 21...31, &draw)
    texture = Wave.draws(6, wavelength: 8...17, &draw)
    calcifications = Calcification.draws(age: age, &draw)
  }
}

/// A plane wave: `sin 2π(vector · point + phase)`.
struct Wave: Sendable {
  /// Turns per millimetre.
  let vector: SIMD3<Float>
  let phase: Float

  @inline(__always)
  func turns(_ x: Float, _ y: Float, _ z: Float) -> Float {
    vector.x * x + vector.y * y + vector.z * z + phase
  }

  /// Waves of random direction, isotropic, of a wavelength (mm) from the range.
  static func draws(
    _ count: Int, wavelength: ClosedRange<Double>, _ draw: inout CounterRandom
  ) -> [Wave] {
    (0..<count).map { _ in
      let direction = draw.direction()
      let turnsPerMillimetre = 1 / Float(draw.uniform(in: wavelength))
      return Wave(vector: direction * turnsPerMillimetre, phase: Float(draw.uniform()))
    }
  }
}
