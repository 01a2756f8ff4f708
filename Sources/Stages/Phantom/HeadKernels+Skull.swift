extension HeadKernels {
  /// Skin, scalp fat, temporal muscle and the muscles of neck and face.
  func paintSoftTissue() {
    let (x, y, z) = (row.x, row.y, row.z)
    let (cavity, skin, bone, hounsfield) = (row.cavity, row.skin, row.bone, row.hounsfield)
    let (a, b, c) = (head.sulci[0], head.sulci[1], head.sulci[2])
    let (d, e) = (head.sulci[3], head.sulci[4])
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let depth = -skin[i]
      let overBone = cavity[i] - bone[i]
      // Muscle bellies between bent planes of fat.
      let low = pz * 0.5
      let fibres =
        wave(a.turns(px, py, low)) + wave(b.turns(px, py, low)) + wave(c.turns(px, py, low))
        + wave(d.turns(px, py, low)) + wave(e.turns(px, py, low))
      let cheek =
        smoothStep((-py - 30) / 30) * smoothStep((depth - 3) / 4)
        * smoothStep((26 - depth) / 10)
      let flesh = mix(-85, 54, smoothStep(abs(fibres + 0.7 * cheek) * 1.5 - 0.1 - 0.5 * cheek))
      // Temporal muscle fills the hollow beside the sphenoid; below, muscle is all around.
      let temple =
        bump((py + 18) * (py + 18) / 1300) * smoothStep((26 - pz) / 14)
        * smoothStep((abs(px) - 40) / 12)
      let muscle = larger(temple, smoothStep((-pz - 22) / 14))
      let galea = coverage(overBone - 1.6)
      let scalp = mix(-70 + 8 * fibres, 30, galea)
      let deep = mix(scalp, flesh, muscle * coverage(1.5 - depth))
      let value = mix(deep, 38, coverage(depth - 1.8))
      hounsfield[i] = mix(-1000, value, coverage(skin[i]))
    }
    if let bruise = bleeds.swelling {
      let inverse = 1.1 / (bruise.reach * bruise.reach)
      for i in 0..<row.count {
        let (dx, dy, dz) = (
          x[i] - bruise.center.x, y[i] - bruise.center.y, z[i] - bruise.center.z
        )
        let near = unit((1 - (dx * dx + dy * dy + dz * dz) * inverse) * 2)
        hounsfield[i] = mix(hounsfield[i], 52, near * coverage(skin[i] + 2) * 0.85)
      }
    }
  }

  /// Outer table, diploe and inner table of the vault; dense petrous bone at the base.
  func paintBone() {
    let (x, y, z) = (row.x, row.y, row.z)
    let (cavity, bone, hounsfield) = (row.cavity, row.bone, row.hounsfield)
    let (a, b) = (head.texture[4], head.texture[5])
    let (dense, spongy) = (head.denseBone, head.diploe)
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let depth = cavity[i]
      let thickness = bone[i]
      let middle = depth - thickness * 0.5
      let diploe = coverage(abs(middle) - (thickness * 0.5 - 2.1))
      let grain = wave(a.turns(px, py, pz) * 2.1) + wave(b.turns(px, py, pz) * 2.7)
      let solid = Vault.base(px, py).petrous * smoothStep((-pz - 14) / 8)
      let sponge = mix(spongy + 110 * grain, dense * 1.15 + 200 * grain, solid)
      let value = mix(dense, sponge, diploe)
      let part = coverage(-depth) * coverage(depth - thickness)
      hounsfield[i] = mix(hounsfield[i], value, part)
    }
  }

  /// Puts what lies in the cranial cavity into the head.
  func joinInterior() {
    let (cavity, hounsfield, interior) = (row.cavity, row.hounsfield, row.interior)
    for i in 0..<row.count {
      hounsfield[i] = mix(hounsfield[i], interior[i], coverage(cavity[i]))
    }
  }
}
