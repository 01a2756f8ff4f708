import Randomness

/// One scan's imperfections: noise, beam hardening, streaks, the holder under the head.
struct ScanArtefacts: Sendable {
  /// Standard deviation of the noise in the brain, HU.
  let noise: Float
  let cupping: Float
  let petrousBand: Float
  /// How strong the streaks of the low slices are; 0 in most scans above the base.
  let streaks: Float
  /// A few scans have streaks at every level (motion, metal outside the field).
  let streaksEverywhere: Bool
  /// Radius of the holder's arc, gap behind the head, thickness (mm) and density of its shell.
  let holder: SIMD4<Float>

  init(seed: UInt64, patient: Int) {
    var draw = CounterRandom(seed: seed, purpose: "phantom.artefacts", sample: patient)
    noise = draw.float(2.2, 5.2)
    cupping = draw.float(1, 6)
    petrousBand = draw.float(2, 13)
    streaks = draw.float(2, 9)
    streaksEverywhere = draw.chance(0.12)
    holder = SIMD4(
      draw.float(96, 125), draw.float(2, 7), draw.float(1.2, 2.6), draw.float(-250, 120))
  }
}

/// Straight streaks across one slice, as dense bone leaves them.
struct Streaks {
  /// Unit normal, distance from the image's center, and half width of each, mm.
  let lines: [SIMD4<Float>]
  let strengths: [Float]

  init(seed: UInt64, patient: Int, slice: Int, artefacts: ScanArtefacts, isLow: Bool) {
    var draw = CounterRandom(seed: seed, purpose: "phantom.streaks", step: slice, sample: patient)
    let isStreaky = isLow || artefacts.streaksEverywhere
    let count = isStreaky ? 5 + Int(draw.uniform() * 7) : 0
    var lines: [SIMD4<Float>] = []
    var strengths: [Float] = []
    for _ in 0..<count {
      let nearlyHorizontal = draw.chance(0.6)
      let direction = draw.direction()
      let x = nearlyHorizontal ? direction.x * 0.25 : direction.x
      let y = nearlyHorizontal ? 1 : direction.y
      let length = max(0.05, (x * x + y * y).squareRoot())
      lines.append(SIMD4(x / length, y / length, draw.float(-25, 45), draw.float(0.8, 3)))
      strengths.append(artefacts.streaks * Float(draw.bell()) * (isLow ? 1 : 0.6))
    }
    self.lines = lines
    self.strengths = strengths
  }

  /// Adds the streaks to one row of points inside the head.
  func add(
    to row: UnsafeMutablePointer<Float>, count: Int, firstX: Float, step: Float, y: Float
  ) {
    for (line, strength) in zip(lines, strengths) {
      let offset = line.y * y - line.z
      for i in 0..<count {
        let distance = (line.x * (firstX + step * Float(i)) + offset) / line.w
        let part = bump(smaller(distance * distance, 1))
        row[i] += row[i] > -300 ? strength * part : 0
      }
    }
  }
}
