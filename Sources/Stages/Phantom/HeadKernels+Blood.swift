extension HeadKernels {
  /// How likely each point's fluid is to hold subarachnoid blood, into its blood buffer; runs
  /// before the cortex is painted, since bloody sulci are wider.
  func weighSubarachnoid() {
    guard let blood = bleeds.subarachnoid else { return }
    let (x, y, z) = (row.x, row.y, row.z)
    let weight = row.blood[HaemorrhageKind.subarachnoid.rawValue]
    for focus in blood.foci {
      let inverse = 1 / (focus.w * focus.w)
      for i in 0..<row.count {
        let (dx, dy, dz) = (x[i] - focus.x, y[i] - focus.y, z[i] - focus.z)
        let near = unit((1 - (dx * dx + dy * dy + dz * dz) * inverse) * 2.2)
        weight[i] = larger(weight[i], near)
      }
    }
    let patches = blood.patches
    for i in 0..<row.count where weight[i] > 0 {
      weight[i] *= smoothStep(0.85 + 0.6 * wave(patches.turns(x[i], y[i], z[i])))
    }
  }

  /// Blood in the order in which it covers: parenchymal with oedema, subarachnoid, ventricular,
  /// subdural, epidural. Ends with every buffer limited to the cavity.
  func paintBlood() {
    for clot in bleeds.parenchymal { paint(clot) }
    if let blood = bleeds.subarachnoid {
      let buffer = row.blood[HaemorrhageKind.subarachnoid.rawValue]
      let fluid = row.fluid
      for i in 0..<row.count { buffer[i] *= fluid[i] }
      fill(.subarachnoid, density: blood.density)
    }
    if let blood = bleeds.ventricular { fill(.intraventricular, density: blood.density) }
    for clot in bleeds.interhemispheric { paint(clot) }
    for clot in bleeds.tentorial { paint(clot) }
    for clot in bleeds.convexity { paint(clot) }
    for clot in bleeds.epidural { paint(clot) }
    let cavity = row.cavity
    for buffer in row.blood {
      for i in 0..<row.count { buffer[i] *= coverage(cavity[i]) }
    }
  }

  private func fill(_ kind: HaemorrhageKind, density: Float) {
    let (buffer, interior) = (row.blood[kind.rawValue], row.interior)
    for i in 0..<row.count { interior[i] = mix(interior[i], density, buffer[i]) }
  }

  private func paint(_ clot: ParenchymalClot) {
    let (x, y, z, interior) = (row.x, row.y, row.z, row.interior)
    let (fluid, ventricle) = (row.fluid, row.ventricle)
    let buffer = row.blood[HaemorrhageKind.intraparenchymal.rawValue]
    let (a, b, c) = (clot.outline[0], clot.outline[1], clot.outline[2])
    for i in 0..<row.count {
      let distance = clot.distance(x[i], y[i], z[i], a, b, c)
      let core = coverage(distance) * (1 - ventricle[i]) * unit(-row.cavity[i] - row.mantle[i])
      let rim =
        smoothStep((clot.oedema - distance) * 0.35) * (1 - core) * (1 - fluid[i])
        * (1 - ventricle[i])
      let grain = wave(b.turns(x[i], y[i], z[i]) * 1.7)
      interior[i] = mix(interior[i] - 10 * rim, clot.density + 3.5 * grain, core)
      buffer[i] = larger(buffer[i], core)
    }
  }

  private func paint(_ clot: InterhemisphericClot) {
    let (x, interior) = (row.x, row.interior)
    let (bx, by, bz) = (row.brainX, row.brainY, row.brainZ)
    let buffer = row.blood[HaemorrhageKind.subdural.rawValue]
    for i in 0..<row.count {
      let beside = clot.side * (x[i] + bx[i]) * 0.5
      let v = (by[i] - clot.middle.x) / clot.halfLengths.x
      let w = (bz[i] - clot.middle.y) / clot.halfLengths.y
      let free = (by[i] - 2) * (by[i] - 2) / 2900 + bz[i] * bz[i] / 1500
      let thickness =
        clot.height * smoothStep((1 - v * v - w * w) * 2) * smoothStep((free - 0.95) * 5)
      let part = coverage(beside - thickness) * coverage(0.2 - beside) * unit(thickness)
      interior[i] = mix(interior[i], clot.density, part)
      buffer[i] = larger(buffer[i], part)
    }
  }

  private func paint(_ clot: TentorialClot) {
    let (x, y, z, interior) = (row.x, row.y, row.z, row.interior)
    let buffer = row.blood[HaemorrhageKind.subdural.rawValue]
    for i in 0..<row.count {
      let height = z[i] - Vault.tentorium(x[i], y[i])
      let notch = x[i] * x[i] / 420 + (y[i] - 8) * (y[i] - 8) / 680
      let held =
        smoothStep((notch - 0.95) * 5) * smoothStep(Vault.behindPetrous(x[i], y[i]) / 4)
        * smoothStep((clot.side * x[i] - 1) / 4)
      let part = coverage(height - clot.height) * coverage(-height) * held
      interior[i] = mix(interior[i], clot.density, part)
      buffer[i] = larger(buffer[i], part)
    }
  }

  private func paint(_ clot: ConvexityClot) {
    let (x, y, z, interior, cavity) = (row.x, row.y, row.z, row.interior, row.cavity)
    let (gravity, overBase) = (row.gravity, row.overBase)
    let buffer = row.blood[HaemorrhageKind.subdural.rawValue]
    for i in 0..<row.count {
      let thickness = clot.thickness(x[i], y[i], z[i]) * (1 - overBase[i])
      let part = coverage(-cavity[i] - thickness) * unit(thickness * 0.8)
      let settled = smoothStep((gravity[i] - clot.level) / 24 + 0.5)
      let grain = wave(clot.ripple.turns(x[i], y[i], z[i]) * 2.3)
      interior[i] = mix(
        interior[i], mix(clot.lighter, clot.density, settled) + 2.5 * grain, part)
      buffer[i] = larger(buffer[i], part)
    }
  }

  private func paint(_ clot: EpiduralClot) {
    let (x, y, z, interior, cavity) = (row.x, row.y, row.z, row.interior, row.cavity)
    let buffer = row.blood[HaemorrhageKind.epidural.rawValue]
    let subdural = row.blood[HaemorrhageKind.subdural.rawValue]
    let (grain, overBase) = (head.texture[3], row.overBase)
    for i in 0..<row.count {
      let depth = -cavity[i]
      let thickness = clot.thickness(x[i], y[i], z[i], depth: depth) * (1 - overBase[i])
      let part = coverage(depth - thickness) * unit(thickness * 0.8)
      let fresh = smoothStep(wave(grain.turns(x[i], y[i], z[i]) * 0.7) * 2 - 0.6)
      interior[i] = mix(interior[i], clot.density - clot.swirl * fresh, part)
      buffer[i] = larger(buffer[i], part)
      subdural[i] *= 1 - part
    }
  }
}
