/// The ventricles of the standard head on the positive side; the other one is its mirror image.
enum VentricularSystem {
  /// Frontal horn, body, atrium, occipital horn, temporal horn.
  static let lateral: [Tube] = [
    Tube([13, -36, 6], [5, -9, 8], 3.2, 3.8),
    Tube([14, -34, 10], [8, -12, 16], 3.2, 4.2),
    Tube([8, -14, 16], [10, 8, 18], 4.6, 4.6),
    Tube([10, 8, 18], [18, 28, 13], 4.6, 5.8),
    Tube([18, 28, 13], [23, 37, 3], 6, 6.6),
    Tube([23, 37, 3], [19, 62, -1], 5.6, 2.4),
    Tube([23, 36, 1], [32, 20, -18], 4.6, 3.2),
    Tube([32, 20, -18], [29, -6, -25], 2.8, 1.8),
  ]
  static let third = Ellipsoid(0, 2, -3, 2.4, 16, 10)
  static let aqueduct = Tube([0, 17, -8], [0, 23, -30], 0.9, 1.1)
  static let fourth = Ellipsoid(0, 28, -39, 7, 6, 10)

  /// Lowest points (towards the back) of left, right, third and fourth, for a fluid level.
  static let mostDependent: [SIMD3<Float>] = [
    [19, 64, -1], [-19, 64, -1], [0, 18, -3], [0, 34, -40],
  ]
}

extension HeadKernels {
  /// Coverage by the ventricles, and by the blood that has settled in them.
  func paintVentricles() {
    let (x, y, z) = (row.brainX, row.brainY, row.brainZ)
    let lateral = row.scratch[0]
    lateral.update(repeating: 60, count: row.count)
    let swelling = bleeds.ventricular?.swelling ?? 0
    let growth = (head.ventricleSize - 1) * 4.2 + swelling
    let uneven = head.ventricleAsymmetry * 4
    for tube in VentricularSystem.lateral {
      for i in 0..<row.count {
        // Horns are taller than wide: distances across count more.
        let side: Float = x[i] > 0 ? uneven : -uneven
        let distance = tube.distance(abs(x[i]), y[i], z[i]) - growth - side
        lateral[i] = smoothUnion(lateral[i], distance, width: 3)
      }
    }
    let (ventricle, nearest, gravity) = (row.ventricle, row.ventricleDistance, row.gravity)
    let blood = row.blood[HaemorrhageKind.intraventricular.rawValue]
    let levels = bleeds.ventricular?.levels ?? VentricularBlood.none
    let midGrowth = growth * 0.45
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      // A septum parts the two bodies.
      let apart = larger(lateral[i], 0.7 - abs(px))
      let third = VentricularSystem.third.distance(px, py, pz) - midGrowth * 0.8
      let aqueduct = VentricularSystem.aqueduct.distance(px, py, pz)
      let fourth = VentricularSystem.fourth.distance(px, py, pz) - midGrowth
      let (inLateral, inThird) = (coverage(apart), coverage(third))
      let inFourth = coverage(smaller(aqueduct, fourth))
      ventricle[i] = larger(inLateral, larger(inThird, inFourth))
      nearest[i] = smaller(apart, smaller(third, fourth))
      let level = px > 0 ? levels.x : levels.y
      let settled = larger(
        inLateral * unit(0.5 + gravity[i] - level),
        larger(
          inThird * unit(0.5 + gravity[i] - levels.z), inFourth * unit(0.5 + gravity[i] - levels.w))
      )
      blood[i] = settled
    }
  }
}
