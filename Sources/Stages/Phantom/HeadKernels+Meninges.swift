extension HeadKernels {
  /// The ventricles' fluid over the brain, then falx, tentorium and the venous sinuses.
  func paintMeninges() {
    let x = row.x
    let (bx, by, bz) = (row.brainX, row.brainY, row.brainZ)
    let (interior, cavity, ventricle) = (row.interior, row.cavity, row.ventricle)
    let (fluid, below) = (row.fluid, row.infratentorial)
    let (falx, tentorium, vessel) = (head.falx, head.tentorium, head.vessel)
    let csf = head.cerebrospinalFluid
    for i in 0..<row.count {
      interior[i] = mix(interior[i], csf, ventricle[i])
      fluid[i] *= 1 - ventricle[i]
      // The falx is stiff: it yields by half of the brain's shift.
      let middle = (x[i] + bx[i]) * 0.5
      let (py, pz) = (by[i], bz[i])
      let free = (py - 2) * (py - 2) / 2900 + pz * pz / 1500
      let fold = abs(middle) - falx.y + larger(1 - free, 0) * 30
      let upper = larger(fold, -pz + (py < 0 ? -12 : Vault.tentorium(0, py)))
      let height = pz - Vault.tentorium(x[i], py)
      let notch = 1 - (x[i] * x[i] / 420 + (py - 8) * (py - 8) / 680)
      let tent =
        abs(height) * 0.8 - tentorium.y + larger(notch, 0) * 30
        + larger(-Vault.behindPetrous(x[i], py), 0)
      let depth = -cavity[i]
      let sagittal = larger(depth - 6.5 + abs(middle) * 0.75, larger(-pz - 24, -py - 62))
      let back = py - 12
      let transverse = larger(
        depth - 6 + abs(height + 1) * 0.75, larger(12 - back, abs(x[i]) - 58))
      var value = interior[i]
      value = mix(value, tentorium.x, coverage(tent))
      value = mix(value, falx.x, coverage(upper) * (1 - below[i]))
      value = mix(value, vessel, coverage(smaller(sagittal, transverse)))
      interior[i] = value
    }
    for spot in head.calcifications {
      let core = Ellipsoid(
        spot.center.x, spot.center.y, spot.center.z, spot.radius, spot.radius, spot.radius)
      for i in 0..<row.count {
        let distance = core.distance(bx[i], by[i], bz[i])
        interior[i] = mix(interior[i], spot.density, unit(0.35 - distance * 0.45))
      }
    }
  }
}
