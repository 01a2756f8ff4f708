import Randomness

/// A normal calcification, as dense as a haemorrhage or denser: what a detector must not fall for.
struct Calcification: Sendable {
  /// Center in the standard head, mm.
  let center: SIMD3<Float>
  let radius: Float
  /// HU at the center.
  let density: Float

  /// Choroid plexus (atria), pineal gland, globus pallidus and plaques on the falx; more of them
  /// with age.
  static func draws(age: Float, _ draw: inout CounterRandom) -> [Calcification] {
    func uniform(_ low: Double, _ high: Double) -> Float { Float(draw.uniform(in: low...high)) }
    let likelihood = min(0.9, 0.2 + age / 110)
    var found: [Calcification] = []
    for side: Float in [-1, 1] where uniform(0, 1) < likelihood {
      let center = SIMD3(side * uniform(20, 24), uniform(31, 37), uniform(1, 7))
      found.append(
        Calcification(center: center, radius: uniform(2, 4.6), density: uniform(70, 330)))
      if uniform(0, 1) < 0.4 {
        let satellite = center + SIMD3(uniform(-3, 3), uniform(-5, 2), uniform(-6, 6))
        found.append(
          Calcification(center: satellite, radius: uniform(1.5, 3), density: uniform(60, 250)))
      }
    }
    if uniform(0, 1) < likelihood {
      found.append(
        Calcification(
          center: SIMD3(uniform(-1, 1), uniform(23, 26), uniform(-3, 1)), radius: uniform(1.8, 3.6),
          density: uniform(80, 320)))
    }
    for side: Float in [-1, 1] where uniform(0, 1) < likelihood * 0.2 {
      found.append(
        Calcification(
          center: SIMD3(side * uniform(19, 22), uniform(-6, -1), uniform(0, 4)),
          radius: uniform(2.5, 5), density: uniform(50, 110)))
    }
    while uniform(0, 1) < likelihood * 0.35, found.count < 10 {
      found.append(
        Calcification(
          center: SIMD3(uniform(-0.8, 0.8), uniform(-68, -30), uniform(15, 45)),
          radius: uniform(1.8, 4), density: uniform(120, 420)))
    }
    return found
  }
}
