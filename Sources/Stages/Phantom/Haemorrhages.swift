/// All blood in one head, with what it pushes aside. Coordinates: standard head, mm; densities: HU.
struct Haemorrhages: Sendable {
  var epidural: [EpiduralClot] = []
  var convexity: [ConvexityClot] = []
  var interhemispheric: [InterhemisphericClot] = []
  var tentorial: [TentorialClot] = []
  var parenchymal: [ParenchymalClot] = []
  var subarachnoid: SubarachnoidBlood?
  var ventricular: VentricularBlood?
  var shifts: [Shift] = []
  /// Bruised scalp: a hint of an injury, also in some patients without blood inside.
  var swelling: ScalpSwelling?

  /// A displacement of brain tissue that fades with distance.
  struct Shift: Sendable {
    let center: SIMD3<Float>
    let offset: SIMD3<Float>
    let reach: Float
  }

  struct ScalpSwelling: Sendable {
    let center: SIMD3<Float>
    let reach: Float
    let height: Float
  }
}

/// Blood between skull and dura: a lens held by the sutures, where the dura is fixed.
struct EpiduralClot: Sendable {
  /// On the inner table.
  let center: SIMD3<Float>
  let reach: Float
  let height: Float
  /// y of the coronal and the lambdoid suture, which the lens does not cross.
  let sutures: SIMD2<Float>
  let density: Float
  /// How much darker the not yet clotted part is.
  let swirl: Float

  /// Thickness under the inner table at a point `depth` mm below it; a parabola over the distance
  /// along the skull, so the inner face bulges against the brain.
  @inline(__always)
  func thickness(_ x: Float, _ y: Float, _ z: Float, depth: Float) -> Float {
    let (dx, dy, dz) = (x - center.x, y - center.y, z - center.z)
    let along = dx * dx + dy * dy + dz * dz - depth * depth
    let dome = height * (1 - larger(along, 0) / (reach * reach))
    let held = smoothStep((y - sutures.x) / 5) * smoothStep((sutures.y - y) / 5)
    return larger(dome, 0) * held
  }
}

/// Subdural blood over a hemisphere: a crescent that crosses sutures, never the midline.
struct ConvexityClot: Sendable {
  /// +1 left, -1 right.
  let side: Float
  let middle: SIMD2<Float>
  let halfLengths: SIMD2<Float>
  let height: Float
  let density: Float
  /// Density of the older, lighter part on top; equal to `density` in a fresh clot.
  let lighter: Float
  /// Gravity coordinate of the level between the two parts.
  let level: Float
  let ripple: Wave

  @inline(__always)
  func thickness(_ x: Float, _ y: Float, _ z: Float) -> Float {
    let v = (y - middle.x) / halfLengths.x
    let w = (z - middle.y) / halfLengths.y
    let taper = smoothStep((1 - v * v - w * w) * 1.3)
    return height * taper * (1 + 0.16 * wave(ripple.turns(x, y, z)))
      * smoothStep((side * x - 4) / 9)
  }
}

/// Subdural blood along one side of the falx.
struct InterhemisphericClot: Sendable {
  let side: Float
  let middle: SIMD2<Float>
  let halfLengths: SIMD2<Float>
  let height: Float
  let density: Float
}

/// Subdural blood on one half of the tentorium.
struct TentorialClot: Sendable {
  let side: Float
  let height: Float
  let density: Float
}

/// Blood in the brain, with its oedema.
struct ParenchymalClot: Sendable {
  let center: SIMD3<Float>
  let halfAxes: SIMD3<Float>
  /// Waves that make the outline irregular, and how much, relative to the size.
  let outline: [Wave]
  let irregularity: Float
  let density: Float
  let oedema: Float
  /// How far the surroundings are pushed apart, relative to the distance from the center.
  let push: Float

  var reach: Float { (halfAxes.x + halfAxes.y + halfAxes.z) / 3 }

  /// Signed distance to the outline.
  @inline(__always)
  func distance(_ x: Float, _ y: Float, _ z: Float, _ a: Wave, _ b: Wave, _ c: Wave) -> Float {
    let (u, v, w) = (
      (x - center.x) / halfAxes.x, (y - center.y) / halfAxes.y, (z - center.z) / halfAxes.z
    )
    let radius = (u * u + v * v + w * w).squareRoot()
    let wobble =
      wave(a.turns(x, y, z)) + wave(b.turns(x, y, z)) + 0.5 * wave(c.turns(x, y, z) * 2)
    return (radius - 1 - irregularity * wobble) * (halfAxes.x + halfAxes.y + halfAxes.z) / 3
  }
}

/// Blood in sulci and cisterns around some foci.
struct SubarachnoidBlood: Sendable {
  /// Center and reach in the last lane.
  let foci: [SIMD4<Float>]
  let density: Float
  let patches: Wave
}

/// Blood that has settled at the back of the ventricles.
struct VentricularBlood: Sendable {
  /// Gravity coordinate of the surface in left, right, third and fourth ventricle.
  let levels: SIMD4<Float>
  let density: Float
  /// How much wider the ventricles got, mm.
  let swelling: Float

  /// No blood: levels below every ventricle.
  static let none = SIMD4<Float>(repeating: 1e6)
}
