import Randomness

/// Everything that determines one patient's slices.
struct Patient: Sendable {
  /// Number that keys every draw; training and test patients never share one.
  let number: Int
  let head: Head
  let geometry: ScanGeometry
  let haemorrhages: Haemorrhages
  let artefacts: ScanArtefacts
  let seed: UInt64

  init(
    seed: UInt64, number: Int, kinds: Set<HaemorrhageKind>, resolution: PhantomResolution
  ) {
    self.seed = seed
    self.number = number
    head = Head(seed: seed, patient: number)
    geometry = ScanGeometry(
      seed: seed, patient: number, head: head, matrix: resolution.matrix,
      spacingFactor: resolution.spacingFactor)
    haemorrhages = HaemorrhagePlan.draw(
      kinds, seed: seed, patient: number, head: head, geometry: geometry)
    artefacts = ScanArtefacts(seed: seed, patient: number)
  }
}

/// How finely a phantom is sampled; tests use less than the files need.
struct PhantomResolution: Sendable {
  /// Rows and columns of an image.
  var matrix = 512
  /// Rows and columns of the grid on which anatomy is evaluated, half of the matrix: 0.9 mm, what
  /// a soft-tissue kernel resolves. The matrix is a multiple of 2.
  var grid: Int { matrix / 2 }
  /// Planes averaged over a slice's thickness: partial volume.
  var planes = 3
  /// Divides the number of slices.
  var spacingFactor = 1.0
}
