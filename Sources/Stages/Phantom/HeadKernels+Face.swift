extension HeadKernels {
  /// Orbits with their globes, paranasal sinuses, mastoid cells, ear canals: what the lower slices
  /// show outside the cranial cavity.
  func paintFace(isLow: Bool) {
    paintFrontalSinus()
    guard isLow else { return }
    let rim = Ellipsoid(28, -57, -34, 18, 27, 16)
    paint(rim, mirrored: true, value: -88, wall: 850, wallThickness: 2.2)
    paint(
      Ellipsoid(31, -73, -35, 12, 12, 12), mirrored: true, value: 12, wall: 42, wallThickness: -1.4)
    paint(
      Ellipsoid(31, -82, -35, 4.4, 2.2, 4.4), mirrored: true, value: 68, wall: 68, wallThickness: 0)
    paint(Tube([31, -62, -35], [12, -36, -29], 2, 1.8), value: 38)
    paint(Tube([43, -72, -35], [17, -36, -31], 1.8, 1.4), value: 52)
    paint(Tube([19, -72, -35], [13, -38, -31], 1.8, 1.4), value: 52)
    paint(Tube([54, -62, -46], [72, -8, -46], 2.6, 2), value: 900)
    paint(
      Ellipsoid(27, -56, -66, 14, 17, 13), mirrored: true, value: -980, wall: 700,
      wallThickness: 1.8)
    paint(
      Ellipsoid(9, -24, -34, 9, 11, 8), mirrored: true, value: -970, wall: 600, wallThickness: 1.8)
    paint(Tube([44, 14, -40], [84, 17, -42], 2.4, 3.4), value: -980)
    paint(
      Ellipsoid(51, 2, -58, 8, 4.5, 7), mirrored: true, value: 1000, wall: 1000, wallThickness: 0)
    paintCells(Ellipsoid(6, -58, -36, 11, 24, 17), air: -960, wall: 380, share: 0.72)
    paintCells(Ellipsoid(56, 27, -44, 11, 15, 17), air: -900, wall: 950, share: 0.35)
  }

  /// A filled shape with a wall outside (positive thickness) or inside (negative).
  private func paint(
    _ shape: Ellipsoid, mirrored: Bool, value: Float, wall: Float, wallThickness: Float
  ) {
    let (x, y, z, hounsfield) = (row.x, row.y, row.z, row.hounsfield)
    for i in 0..<row.count {
      let distance = shape.distance(mirrored ? abs(x[i]) : x[i], y[i], z[i])
      let outer = coverage(distance - larger(wallThickness, 0))
      let inner = coverage(distance - smaller(wallThickness, 0))
      hounsfield[i] = mix(mix(hounsfield[i], wall, outer), value, inner)
    }
  }

  private func paint(_ tube: Tube, value: Float) {
    let (x, y, z, hounsfield) = (row.x, row.y, row.z, row.hounsfield)
    for i in 0..<row.count {
      hounsfield[i] = mix(
        hounsfield[i], value, coverage(tube.distance(abs(x[i]), y[i], z[i])))
    }
  }

  /// A honeycomb of air cells with bony septa.
  private func paintCells(_ shape: Ellipsoid, air: Float, wall: Float, share: Float) {
    let (x, y, z, hounsfield) = (row.x, row.y, row.z, row.hounsfield)
    let (a, b, c) = (head.texture[0], head.texture[2], head.texture[5])
    for i in 0..<row.count {
      let (px, py, pz) = (x[i], y[i], z[i])
      let part = coverage(shape.distance(abs(px), py, pz))
      let pattern =
        wave(a.turns(px, py, pz) * 1.3) + wave(b.turns(px, py, pz) * 1.6)
        + wave(c.turns(px, py, pz) * 1.2)
      let open = smoothStep((abs(pattern) - (1 - share)) * 3)
      hounsfield[i] = mix(hounsfield[i], mix(wall, air, open), part)
    }
  }

  /// Air between the tables of the forehead.
  private func paintFrontalSinus() {
    let (x, y, z) = (row.x, row.y, row.z)
    let (cavity, bone, hounsfield) = (row.cavity, row.bone, row.hounsfield)
    let height = 10 + 10 * head.warp[0].phase
    let width = 14 + 16 * head.warp[1].phase
    for i in 0..<row.count {
      let (px, py, pz) = (x[i] + 2, y[i], z[i] + 14)
      let extent = px * px / (width * width) + pz * pz / (height * height)
      let inBone = coverage(1.4 - cavity[i]) * coverage(cavity[i] - bone[i] + 1.4)
      let septum = coverage(0.8 - abs(px))
      let part = unit((1 - extent) * 4) * inBone * septum * smoothStep((-py - 40) / 10)
      hounsfield[i] = mix(hounsfield[i], -950, part)
    }
  }
}
