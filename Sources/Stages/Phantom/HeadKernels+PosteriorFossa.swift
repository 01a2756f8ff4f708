extension HeadKernels {
  /// Cerebellum with folia, the basal cisterns, the brainstem and the vessels among them.
  func paintPosteriorFossa(isLow: Bool) {
    guard isLow else { return }
    let (x, y, z) = (row.brainX, row.brainY, row.brainZ)
    let (fluid, interior, cavity) = (row.fluid, row.interior, row.cavity)
    let below = row.infratentorial
    let (grey, white, csf, atrophy) = (head.grey, head.white, head.cerebrospinalFluid, head.atrophy)
    let ripple = head.texture[2]
    let peduncle = Tube([10, -2, -5], [6, -3, -32], 6.5, 7)
    let upper = Tube([0, 10, -5], [0, 7, -30], 9.5, 9.5)
    let pons = Ellipsoid(0, 2, -37, 16, 12, 12)
    let lower = Tube([0, 5, -36], [0, 19, -66], 12, 8)
    let gap = 1.6 + 2.6 * atrophy
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let side = abs(px)
      // Cerebellum.
      let under = coverage(pz - Vault.tentorium(px, py)) * coverage(-Vault.behindPetrous(px, py))
      below[i] = under
      let (dx, dy, dz) = (px * 0.9, py - 22, pz + 34)
      let out = (dx * dx + dy * dy + dz * dz).squareRoot()
      let folia = wave(out / 4.6 + 0.35 * wave(ripple.turns(px, py, pz) * 0.8))
      let depth = -cavity[i]
      let core = Ellipsoid(17, 34, -38, 12, 11, 8).distance(side, py, pz)
      let cortex = mix(white + 2, grey - 0.5, smoothStep(core * 0.25 + 0.3))
      let leaf = smoothStep((folia - 0.62 + 0.5 * atrophy) * 3) * smoothStep(core * 0.2 - 0.4)
      let cleft = leaf * (0.12 + 0.3 * atrophy) * smoothStep((24 - depth) / 20)
      let hemispheres = smoothStep((2.6 - side) / 2) * smoothStep((py - 42) / 8) * 0.7
      let around = larger(coverage(depth - 0.6 - 1.8 * atrophy), hemispheres)
      let cerebellar = mix(cortex, csf, larger(cleft, around))
      // Cisterns: a shell about the brainstem, the suprasellar pentagon, the stem of the Sylvian
      // fissure, the quadrigeminal plate's, the cerebellopontine angles and the great cistern.
      let midbrain = smoothUnion(
        upper.distance(px * 0.9, py, pz), peduncle.distance(side, py, pz), width: 4)
      let stem = smoothUnion(
        midbrain,
        smaller(pons.distance(px, py, pz), lower.distance(px * 0.88, py, pz)), width: 5)
      let uneven = 1 + 0.75 * wave(ripple.turns(px, py, pz) * 0.6 + 0.3 * wave(py * 0.04))
      let shell = larger(stem - gap * uneven, pz + 7)
      let suprasellar = Ellipsoid(0, -15, -18, 13, 9.5, 6.5).distance(px, py, pz)
      let stems = Tube([9, -17, -17], [39, -12, -7], 1.6, 1.2).distance(side, py, pz)
      let quadrigeminal = Ellipsoid(0, 23.5, -11, 9.5, 3.4, 6).distance(px, py - 0.03 * px * px, pz)
      let angles = Ellipsoid(19, 9, -42, 8, 3.4, 5).distance(side, py, pz)
      let magna = Ellipsoid(0, 51, -64, 12, 9, 9).distance(px, py, pz)
      let pools = smaller(
        smaller(suprasellar, stems), smaller(quadrigeminal, smaller(angles, magna)))
      let cistern = coverage(smaller(shell, pools - 1.5 * atrophy))
      var value = mix(interior[i], cerebellar, under)
      var open = mix(fluid[i], larger(around, cleft), under)
      value = mix(value, csf, cistern)
      open = larger(open, cistern)
      let solid = coverage(stem) * smoothStep((-4 - pz) / 5)
      interior[i] = mix(value, white + 4, solid)
      fluid[i] = open * (1 - solid)
    }
    paintVessels()
  }

  /// Basilar tip, internal carotids and middle cerebral arteries: small, dense and normal.
  private func paintVessels() {
    let (x, y, z, interior) = (row.brainX, row.brainY, row.brainZ, row.interior)
    let basilar = Tube([0, -12, -20], [1, -13, -46], 1.7, 1.9)
    let middle = Tube([9, -17, -17], [34, -13, -10], 1.6, 1.2)
    let carotid = Tube([11, -18, -28], [10, -17, -17], 2.1, 1.8)
    let density = head.vessel - 2
    for i in 0..<row.count {
      let side = abs(x[i])
      let distance = smaller(
        basilar.distance(x[i], y[i], z[i]),
        smaller(middle.distance(side, y[i], z[i]), carotid.distance(side, y[i], z[i])))
      interior[i] = mix(interior[i], density, coverage(distance))
    }
  }
}
