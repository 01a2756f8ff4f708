import Randomness

/// Places haemorrhages of the given kinds in a head, where anatomy and mechanism put them.
struct HaemorrhagePlan {
  private var draw: CounterRandom
  private let head: Head
  private let geometry: ScanGeometry
  private var plan = Haemorrhages()
  /// The injured side: +1 left, -1 right.
  private let side: Float
  private let isTraumatic: Bool

  /// The haemorrhages of one patient; without kinds, at most a bruised scalp.
  static func draw(
    _ kinds: Set<HaemorrhageKind>, seed: UInt64, patient: Int, head: Head, geometry: ScanGeometry
  ) -> Haemorrhages {
    var planner = HaemorrhagePlan(
      kinds: kinds, seed: seed, patient: patient, head: head, geometry: geometry)
    for kind in HaemorrhageKind.allCases where kinds.contains(kind) {
      switch kind {
      case .epidural: planner.placeEpidural()
      case .subdural: planner.placeSubdural()
      case .subarachnoid: planner.placeSubarachnoid(kinds)
      case .intraventricular: planner.placeVentricular(kinds)
      case .intraparenchymal: planner.placeParenchymal(kinds)
      }
    }
    return planner.plan
  }

  private init(
    kinds: Set<HaemorrhageKind>, seed: UInt64, patient: Int, head: Head, geometry: ScanGeometry
  ) {
    draw = CounterRandom(seed: seed, purpose: "phantom.haemorrhage", sample: patient)
    self.head = head
    self.geometry = geometry
    side = draw.chance(0.5) ? 1 : -1
    isTraumatic = kinds.contains(.epidural) || kinds.contains(.subdural)
    if draw.chance(isTraumatic ? 0.5 : 0.12) {
      let direction = SIMD3(draw.float(0.3, 1) * side, draw.float(-1, 1), draw.float(-0.1, 0.7))
      let length = (direction * direction).sum().squareRoot()
      plan.swelling = .init(
        center: Vault.surfacePoint(direction / length, squareness: head.squareness),
        reach: draw.float(18, 34), height: draw.float(3, 9))
    }
  }

  /// Density of fresh blood; one in seven is subtle, as in anaemia or after some days.
  private mutating func density() -> Float {
    draw.chance(0.15) ? draw.float(45, 52) : draw.float(55, 77)
  }

  private mutating func placeEpidural() {
    // Under the temporal and parietal bones; occasionally under the forehead.
    let isFrontal = draw.chance(0.2)
    let sutures: SIMD2<Float> = isFrontal ? [-100, -24] : [-22, 56]
    let y = isFrontal ? draw.float(-58, -44) : draw.float(4, 28)
    let direction = SIMD3(side * (isFrontal ? 34 : 62), y, draw.float(-8, 34))
    let center = Vault.surfacePoint(
      direction / (direction * direction).sum().squareRoot(), squareness: head.squareness)
    let height = draw.float(10, 21)
    let reach = min(draw.float(16, 23) + height * 0.5, 31)
    plan.epidural.append(
      EpiduralClot(
        center: center, reach: reach, height: height, sutures: sutures, density: draw.float(56, 74),
        swirl: draw.chance(0.35) ? draw.float(8, 20) : 0))
    shift(from: center, by: height * 0.22)
  }

  private mutating func placeSubdural() {
    let place = draw.uniform()
    if place < 0.9 {
      placeConvexity(side: side, thickness: draw.float(4, 14))
      if draw.chance(0.15) { placeConvexity(side: -side, thickness: draw.float(3.5, 8)) }
    }
    if place >= 0.9 || draw.chance(0.25) {
      plan.interhemispheric.append(
        InterhemisphericClot(
          side: side,
          middle: SIMD2(draw.chance(0.6) ? draw.float(38, 56) : draw.float(-56, -30), 32),
          halfLengths: SIMD2(draw.float(26, 46), draw.float(26, 44)), height: draw.float(3.2, 6),
          density: draw.float(56, 76)))
    }
    if place >= 0.95 || draw.chance(0.2) {
      plan.tentorial.append(
        TentorialClot(side: side, height: draw.float(2.4, 4.4), density: draw.float(56, 74)))
    }
  }

  private mutating func placeConvexity(side: Float, thickness: Float) {
    // Fresh, of mixed age with layers, or weeks old and as dense as brain.
    let stage = draw.uniform()
    let dense =
      stage < 0.66 ? draw.float(54, 76) : stage < 0.9 ? draw.float(44, 60) : draw.float(33, 43)
    let lighter = stage < 0.66 ? dense : draw.float(16, 30)
    let clot = ConvexityClot(
      side: side, middle: SIMD2(draw.float(-20, 24), draw.float(16, 38)),
      halfLengths: SIMD2(draw.float(48, 92), draw.float(26, 54)), height: thickness,
      density: dense, lighter: stage < 0.9 ? lighter : dense - 3, level: draw.float(-15, 35),
      ripple: Wave.draws(1, wavelength: 30...60, &draw).first ?? head.warp[0])
    plan.convexity.append(clot)
    shift(
      from: SIMD3(side * 60, clot.middle.x, clot.middle.y), by: thickness * draw.float(0.15, 0.6))
  }

  /// Pushes the midline away from an extra-axial clot.
  private mutating func shift(from center: SIMD3<Float>, by amount: Float) {
    let sign: Float = center.x > 0 ? -1 : 1
    plan.shifts.append(
      .init(
        center: SIMD3(center.x * 0.35, center.y * 0.5, 8), offset: SIMD3(sign * amount, 0, 0),
        reach: 85))
  }

  private mutating func placeSubarachnoid(_ kinds: Set<HaemorrhageKind>) {
    var foci: [SIMD4<Float>] = []
    if isTraumatic || draw.chance(0.45) {
      // Sulci of one or two convexities.
      for index in 0..<(1 + Int(draw.uniform() * 3)) {
        let sign = index == 1 ? -side : side
        let direction = SIMD3(
          sign * draw.float(0.35, 1), draw.float(-0.9, 0.9), draw.float(-0.1, 0.85))
        let length = (direction * direction).sum().squareRoot()
        let point = Vault.surfacePoint(direction / length, squareness: head.squareness) * 0.88
        foci.append(SIMD4(point, draw.float(20, 40)))
      }
    } else {
      // A ruptured aneurysm: the basal cisterns, and what is next to them.
      foci.append(SIMD4(0, -12, -20, draw.float(30, 46)))
      foci.append(SIMD4(side * draw.float(24, 36), -12, draw.float(-8, 4), draw.float(24, 38)))
      if draw.chance(0.6) { foci.append(SIMD4(-side * 30, -12, -4, draw.float(20, 32))) }
      if draw.chance(0.5) {
        foci.append(SIMD4(0, draw.float(-60, -40), draw.float(0, 20), draw.float(20, 30)))
      }
      if draw.chance(0.5) { foci.append(SIMD4(0, 22, -12, draw.float(16, 24))) }
    }
    plan.subarachnoid = SubarachnoidBlood(
      foci: foci, density: density(),
      patches: Wave.draws(1, wavelength: 28...55, &draw).first ?? head.warp[0])
  }

  private mutating func placeVentricular(_ kinds: Set<HaemorrhageKind>) {
    let low = VentricularSystem.mostDependent.map {
      Float(geometry.gravity(of: SIMD3<Double>($0), scale: head.scale))
    }
    var levels = VentricularBlood.none
    let isMassive = draw.chance(kinds.contains(.intraparenchymal) ? 0.35 : 0.15)
    let first = side > 0 ? 0 : 1
    levels[first] = isMassive ? -200 : low[first] - draw.float(15, 34)
    if isMassive || draw.chance(0.6) { levels[1 - first] = low[1 - first] - draw.float(12, 28) }
    if isMassive || draw.chance(0.3) { levels.z = low[2] - draw.float(8, 40) }
    if isMassive || draw.chance(0.35) { levels.w = low[3] - draw.float(6, 20) }
    plan.ventricular = VentricularBlood(
      levels: levels, density: density(),
      swelling: isMassive ? draw.float(1, 2.5) : draw.float(0, 1.2))
  }

  private mutating func placeParenchymal(_ kinds: Set<HaemorrhageKind>) {
    if isTraumatic {
      // Contusions: under the forehead and at the temporal poles.
      for _ in 0..<(2 + Int(draw.uniform() * 3)) {
        let sign = draw.chance(0.7) ? side : -side
        let center: SIMD3<Float> =
          draw.chance(0.55)
          ? [sign * draw.float(10, 34), draw.float(-66, -52), draw.float(-4, 14)]
          : [sign * draw.float(40, 50), draw.float(-14, 8), draw.float(-28, -14)]
        appendParenchymal(center, radius: draw.float(4.5, 11), irregularity: 0.22)
      }
      return
    }
    let place = draw.uniform()
    let center: SIMD3<Float>
    var radius = draw.float(8, 24)
    switch place {
    case ..<0.35: center = [side * draw.float(24, 30), draw.float(-10, 4), draw.float(0, 9)]
    case ..<0.55: center = [side * draw.float(12, 16), draw.float(8, 16), draw.float(2, 8)]
    case ..<0.86:
      center = [side * draw.float(26, 42), draw.float(-48, 50), draw.float(14, 40)]
    case ..<0.94:
      center = [side * draw.float(10, 26), draw.float(34, 46), draw.float(-44, -34)]
      radius = min(radius, 15)
    default:
      center = [side * draw.float(0, 4), draw.float(3, 8), draw.float(-32, -24)]
      radius = min(radius, 9)
    }
    if place >= 0.35, place < 0.55 { radius = min(radius, 13) }
    appendParenchymal(center, radius: radius, irregularity: draw.float(0.08, 0.2))
  }

  private mutating func appendParenchymal(
    _ center: SIMD3<Float>, radius: Float, irregularity: Float
  ) {
    let stretch = SIMD3(draw.float(0.75, 1.1), draw.float(0.85, 1.3), draw.float(0.9, 1.3))
    plan.parenchymal.append(
      ParenchymalClot(
        center: center, halfAxes: radius * stretch,
        outline: Wave.draws(3, wavelength: Double(radius) * 1.3...Double(radius) * 3, &draw),
        irregularity: irregularity, density: density(),
        oedema: draw.float(1.5, 4 + Double(radius) * 0.3),
        push: draw.float(0.12, 0.34)))
    if radius > 12 { shift(from: center, by: radius * draw.float(0.08, 0.3)) }
  }
}
