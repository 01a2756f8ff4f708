extension HeadKernels {
  /// White matter, the cortical ribbon folded into sulci, the Sylvian and interhemispheric
  /// fissures, and the deep grey nuclei; fills `interior` and `fluid`.
  func paintCerebrum() {
    foldCortex()
    let (x, y, z) = (row.brainX, row.brainY, row.brainZ)
    let (fluid, interior, cavity, mantle) = (row.fluid, row.interior, row.cavity, row.mantle)
    let (sulcus, ventricle) = (row.scratch[7], row.ventricleDistance)
    let (layer, halfWidth) = (head.fluidLayer, head.sulcusHalfWidth)
    let (atrophy, asymmetry) = (head.atrophy, head.asymmetry)
    let (grey, white, csf) = (head.grey, head.white, head.cerebrospinalFluid)
    let rarefied = head.leukoaraiosis
    let patchy = head.texture[1]
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let side = abs(px)
      let depth = -cavity[i] - mantle[i]
      let bend = wave(patchy.turns(px, py, pz) * 0.8)
      // Insula: a sheet of fluid over an oval of cortex, reached through an oblique cleft.
      let oval = (py + 3) * (py + 3) / 620 + (pz - 6) * (pz - 6) / 270
      let insula =
        abs(side - 40 + 0.009 * (py + 3) * (py + 3) + 1.4 * bend)
        - (0.3 + 1.4 * atrophy) * (0.75 + 0.4 * bend)
        + larger(oval - 1, 0) * 14
      let course = py + 15 - 1.3 * pz + 2 * bend
      let cleft =
        abs(course) * 0.62 - (0.4 + 1.5 * atrophy) + larger(41 - side, 0)
        + larger(abs(pz - 5) - 13, 0)
      let middle = px - 30 * asymmetry * 0.1
      let callosum = (py - 3) * (py - 3) / 2300 + (pz + 2) * (pz + 2) / 800
      let fissure = abs(middle) - (0.9 + 1.1 * atrophy) + larger(1 - callosum, 0) * 30
      let surface = smaller(depth - layer * (py < 0 ? 1.15 : 0.85), smaller(insula, cleft))
      let cleaved = smaller(smaller(sulcus[i] - halfWidth, fissure), surface)
      fluid[i] = coverage(cleaved)
      let caudate = Ellipsoid(15.5, -22, 11, 4.5, 9, 9).distance(side, py, pz)
      let lentiform = Ellipsoid(25 - 0.1 * py, -3, 3, 7, 16, 10).distance(side, py, pz)
      let thalamus = Ellipsoid(11, 13, 4, 9, 14, 9).distance(side, py, pz)
      let nuclei = smaller(caudate, smaller(lentiform, thalamus))
      // The insular cortex lies medially of its sheet, so the ribbon follows every fluid surface.
      let ribbon = coverage((cleaved - 3.3) * 0.7)
      let isGrey = larger(ribbon, coverage(nuclei))
      let spared =
        rarefied * bump(unit(ventricle[i] / 13))
        * (0.75 + 0.4 * wave(patchy.turns(px, py, pz) * 0.5))
      let tissue = mix(white - spared, grey, isGrey)
      interior[i] = mix(tissue, csf, fluid[i])
    }
  }

  /// Distance to the nearest sulcus into `scratch[7]`: zero sets of a sum of waves, evaluated on
  /// the surface over the point so that the sheets run inwards, and ended at a varying depth.
  private func foldCortex() {
    let (x, y, z, radius) = (row.brainX, row.brainY, row.brainZ, row.radius)
    let (qx, qy, qz) = (row.scratch[0], row.scratch[1], row.scratch[2])
    let (value, gx, gy, gz) = (row.scratch[3], row.scratch[4], row.scratch[5], row.scratch[6])
    let sulcus = row.scratch[7]
    let (a, b) = (head.warp[1], head.warp[2])
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let out = 0.9 / larger(radius[i], 0.35) + 0.1
      // Bending the sheets off the radius keeps them from looking combed.
      let bend = 2.6 * (1 - smaller(radius[i], 1)) * 6
      qx[i] = px * out + bend * wave(a.turns(py, pz, px) * 2)
      qy[i] = py * out + bend * wave(b.turns(pz, px, py) * 2)
      qz[i] = pz * out
    }
    for buffer in [value, gx, gy, gz] { buffer.update(repeating: 0, count: row.count) }
    for sheet in head.sulci {
      let vector = sheet.vector
      for i in 0..<row.count {
        let turns = sheet.turns(qx[i], qy[i], qz[i])
        let slope = wave(turns + 0.25)
        value[i] += wave(turns)
        gx[i] += slope * vector.x
        gy[i] += slope * vector.y
        gz[i] += slope * vector.z
      }
    }
    let (cavity, mantle) = (row.cavity, row.mantle)
    let reach = head.warp[0]
    for i in 0..<row.count {
      let slope = (gx[i] * gx[i] + gy[i] * gy[i] + gz[i] * gz[i]).squareRoot()
      let distance = abs(value[i]) / (6.2832 * slope + 0.12) * smaller(radius[i] + 0.1, 1)
      let depth = -cavity[i] - mantle[i]
      let bottom = 14 + 7 * wave(reach.turns(qx[i], qy[i], qz[i]) * 3.1)
      let beyond = larger(depth - bottom, 0)
      sulcus[i] =
        (distance * distance + beyond * beyond).squareRoot() + 0.045 * larger(depth, 0)
    }
  }
}
