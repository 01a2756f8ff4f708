extension HeadKernels {
  /// What the scanner adds to the brain: brightness beside bone (cupping) and the dark band
  /// between the petrous bones (beam hardening).
  func hardenBeam(_ artefacts: ScanArtefacts) {
    let (y, z, x) = (row.y, row.z, row.x)
    let (interior, cavity) = (row.interior, row.cavity)
    let (cupping, band) = (artefacts.cupping, artefacts.petrousBand)
    for i in 0..<row.count {
      let depth = cavity[i] * 0.22
      let (dy, dz) = ((y[i] - 12) / 10, (z[i] + 33) / 15)
      let between =
        bump(smaller(dy * dy, 1)) * bump(smaller(dz * dz, 1))
        * smoothStep((52 - abs(x[i])) / 20)
      interior[i] += cupping / (1 + depth * depth) - band * between
    }
  }
}
