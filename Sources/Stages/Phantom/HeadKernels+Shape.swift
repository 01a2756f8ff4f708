/// The kernels that paint one row of a head, in the order in which `SliceRenderer` calls them.
struct HeadKernels {
  let head: Head
  let bleeds: Haemorrhages
  let row: RowFields
}

extension HeadKernels {
  /// Fills the coordinates of a row from its first point and the step between points, both in the
  /// standard head, with the patient's own deformation. Gravity is the same along a row, since
  /// image rows are horizontal.
  func locate(
    start: SIMD3<Float>, step: SIMD3<Float>, gravity: Float
  ) {
    let (x, y, z) = (row.x, row.y, row.z)
    let (a, b, c) = (head.warp[0], head.warp[1], head.warp[2])
    let amplitude = head.warpAmplitude
    let asymmetry = head.asymmetry
    row.gravity.update(repeating: gravity, count: row.count)
    for i in 0..<row.count {
      let t = Float(i)
      let px = start.x + step.x * t
      let py = start.y + step.y * t
      let pz = start.z + step.z * t
      let side: Float = px > 0 ? 1 - asymmetry : 1 + asymmetry
      x[i] = px * side + amplitude * wave(a.turns(px, py, pz))
      y[i] = py + amplitude * wave(b.turns(px, py, pz))
      z[i] = pz + amplitude * wave(c.turns(px, py, pz))
    }
  }

  /// Distances to the cavity and the skin, and the bone's thickness.
  func measureSkull() {
    let (x, y, z) = (row.x, row.y, row.z)
    let (cavity, skin, bone, radius) = (row.cavity, row.skin, row.bone, row.radius)
    let overBase = row.overBase
    let squareness = head.squareness
    let thickness = head.vaultThickness
    let scalp = head.scalpThickness
    let ripple = head.texture[0]
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let vault = Vault.measure(px, py, pz, squareness: squareness)
      let base = Vault.base(px, py)
      let rough = 1.6 * wave(ripple.turns(px, py, 0) * 0.7)
      let floor = (base.height + rough - pz) * 0.85
      let fromVault = vault.distance
      let joined = -smoothUnion(-fromVault, -floor, width: 9)
      // Thicker at forehead and occiput, thin over the temples.
      let plate =
        thickness
        * (0.82 + 0.3 * unit(py * py / 7000) - 0.16 * bump((pz + 12) * (pz + 12) / 900)
          + 0.07 * wave(ripple.turns(px, py, pz) * 0.3))
      let low = floor > fromVault - 3 ? unit((floor - fromVault + 3) / 6) : 0
      cavity[i] = joined
      bone[i] = mix(plate, 3.2 + 15 * base.petrous + 9 * base.clivus, low)
      skin[i] =
        Vault.outline(px, py, pz, squareness: squareness) - thickness - scalp
        + 0.5 * wave(ripple.turns(px, py, pz) * 0.4)
      radius[i] = vault.radius
      overBase[i] = low
    }
    if let bruise = bleeds.swelling {
      let inverse = 1 / (bruise.reach * bruise.reach)
      for i in 0..<row.count {
        let (dx, dy, dz) = (
          x[i] - bruise.center.x, y[i] - bruise.center.y, z[i] - bruise.center.z
        )
        skin[i] -= bruise.height * bump(smaller((dx * dx + dy * dy + dz * dz) * inverse, 1))
      }
    }
  }
}
