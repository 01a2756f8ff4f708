extension HeadKernels {
  /// Where the brain tissue at each point came from: a clot under the skull presses the brain in,
  /// a clot in the brain pushes it apart, and both shift the midline.
  func displaceBrain() {
    let (x, y, z) = (row.x, row.y, row.z)
    let (brainX, brainY, brainZ) = (row.brainX, row.brainY, row.brainZ)
    let (mantle, cavity, overBase) = (row.mantle, row.cavity, row.overBase)
    brainX.update(from: x, count: row.count)
    brainY.update(from: y, count: row.count)
    brainZ.update(from: z, count: row.count)
    for clot in bleeds.epidural {
      for i in 0..<row.count {
        mantle[i] = larger(
          mantle[i], clot.thickness(x[i], y[i], z[i], depth: -cavity[i]) * (1 - overBase[i]))
      }
    }
    for clot in bleeds.convexity {
      for i in 0..<row.count {
        mantle[i] = larger(mantle[i], clot.thickness(x[i], y[i], z[i]) * (1 - overBase[i]))
      }
    }
    if !bleeds.epidural.isEmpty || !bleeds.convexity.isEmpty {
      for i in 0..<row.count {
        let below = -cavity[i] - mantle[i]
        let fade = bump(unit(below / 55) * unit(below / 55))
        let inward = mantle[i] * fade
        // The vault's outward normal, well enough.
        let (u, v, w) = (x[i] / 4624, y[i] / 7056, z[i] / 5500)
        let scale = inward / ((u * u + v * v + w * w).squareRoot() + 1e-5)
        brainX[i] += u * scale
        brainY[i] += v * scale
        brainZ[i] += w * scale
      }
    }
    for push in bleeds.shifts {
      let inverse = 1 / (push.reach * push.reach)
      for i in 0..<row.count {
        let (dx, dy, dz) = (x[i] - push.center.x, y[i] - push.center.y, z[i] - push.center.z)
        let part = bump(smaller((dx * dx + dy * dy + dz * dz) * inverse, 1))
        brainX[i] -= push.offset.x * part
        brainY[i] -= push.offset.y * part
        brainZ[i] -= push.offset.z * part
      }
    }
    for clot in bleeds.parenchymal {
      let reach = clot.reach * 2.6
      let inverse = 1 / (reach * reach)
      for i in 0..<row.count {
        let (dx, dy, dz) = (x[i] - clot.center.x, y[i] - clot.center.y, z[i] - clot.center.z)
        let part = clot.push * bump(smaller((dx * dx + dy * dy + dz * dz) * inverse, 1))
        brainX[i] -= dx * part
        brainY[i] -= dy * part
        brainZ[i] -= dz * part
      }
    }
  }
}
