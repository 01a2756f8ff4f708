import Randomness

/// Renders slices; one renderer per worker, since it owns the buffers.
final class SliceRenderer {
  private let resolution: PhantomResolution
  private let row: RowFields
  private let noise: ReconstructionNoise
  private var field: [Float]
  private var blood: [Float]
  private var lines: [Float]

  init(_ resolution: PhantomResolution) {
    precondition(
      resolution.matrix >= 16 && resolution.matrix % 2 == 0, "the grid halves the matrix")
    let cells = resolution.grid * resolution.grid
    self.resolution = resolution
    row = RowFields(capacity: resolution.grid)
    noise = ReconstructionNoise(size: resolution.matrix)
    field = Array(repeating: 0, count: cells)
    blood = Array(repeating: 0, count: cells * HaemorrhageKind.allCases.count)
    lines = Array(repeating: 0, count: resolution.grid * resolution.matrix)
  }

  /// Slice `index` of a patient, counted from the lowest.
  func render(_ patient: Patient, slice index: Int) -> RenderedSlice {
    let geometry = patient.geometry
    let pitch = geometry.pixelSpacing * 2
    var slice = RenderedSlice(
      matrix: resolution.matrix, grid: resolution.grid, cellArea: pitch * pitch)
    for cell in field.indices { field[cell] = 0 }
    for cell in blood.indices { blood[cell] = 0 }
    let corner =
      geometry.position(ofSlice: index)
      + (geometry.columnDirection + SIMD3(1, 0, 0)) * (geometry.pixelSpacing / 2)
    let normal = SIMD3(0, -geometry.columnDirection.z, geometry.columnDirection.y)
    let thickness = geometry.tableStep * normal.z
    for plane in 0..<resolution.planes {
      let offset = (Double(plane) + 0.5) / Double(resolution.planes) - 0.5
      accumulate(
        patient, corner: corner + normal * (offset * thickness), pitch: pitch,
        recordsTissue: plane == resolution.planes / 2, into: &slice.tissue)
    }
    finishField(into: &slice.blood)
    let isLow = index < geometry.slices / 3
    addBackground(patient, slice: index, isLow: isLow, corner: corner, pitch: pitch)
    enlarge(into: &slice.hounsfield)
    var draw = CounterRandom(
      seed: patient.seed, purpose: "phantom.noise", step: index, sample: patient.number)
    let key = draw.next()
    let deviation = patient.artefacts.noise * (isLow ? 1.2 : 1)
    slice.hounsfield.withUnsafeMutableBufferPointer { image in
      guard let base = image.baseAddress else { return }
      noise.add(to: base, deviation: deviation, key: key)
    }
    return slice
  }

  /// The part of a grid row that may hold head, and its first point in the standard head.
  private func window(
    _ patient: Patient, corner: SIMD3<Double>, pitch: Double, y: Int
  ) -> (range: Range<Int>, start: SIMD3<Double>, step: SIMD3<Double>)? {
    let geometry = patient.geometry
    let origin = geometry.head(corner + geometry.columnDirection * (Double(y) * pitch))
    let step = geometry.direction(SIMD3(pitch, 0, 0))
    let middle = origin + step * (Double(resolution.grid) / 2)
    guard abs(middle.y) < 122, middle.z < 96 else { return nil }
    let reach = 100.0
    let first = max(0, Int((-reach - origin.x) / step.x))
    let last = min(resolution.grid, Int((reach - origin.x) / step.x) + 1)
    guard first < last else { return nil }
    return (first..<last, origin + step * Double(first), step)
  }

  /// Paints one row into `row`; `nil` where it misses the head.
  private func paint(
    _ patient: Patient, corner: SIMD3<Double>, pitch: Double, y: Int
  ) -> Range<Int>? {
    guard let (range, start, step) = window(patient, corner: corner, pitch: pitch, y: y) else {
      return nil
    }
    let room = corner + patient.geometry.columnDirection * (Double(y) * pitch)
    func kernels(_ row: RowFields) -> HeadKernels {
      HeadKernels(head: patient.head, bleeds: patient.haemorrhages, row: row)
    }
    row.begin(count: range.count)
    let whole = kernels(row)
    whole.locate(
      start: SIMD3<Float>(start), step: SIMD3<Float>(step),
      gravity: Float(room.y - patient.geometry.headCenter.y))
    whole.measureSkull()
    row.inHead.map(kernels)?.paintSoftTissue()
    whole.paintBone()
    whole.paintFace(isLow: start.z < 5)
    guard let inner = row.inCavity.map(kernels) else { return range }
    inner.displaceBrain()
    inner.paintVentricles()
    inner.weighSubarachnoid()
    inner.paintCerebrum()
    inner.paintPosteriorFossa(isLow: start.z < 16)
    inner.paintMeninges()
    inner.hardenBeam(patient.artefacts)
    inner.paintBlood()
    inner.joinInterior()
    return range
  }

  /// Adds one plane to the field and to the blood; the middle one also gives the tissues.
  private func accumulate(
    _ patient: Patient, corner: SIMD3<Double>, pitch: Double, recordsTissue: Bool,
    into tissue: inout [Tissue]
  ) {
    let grid = resolution.grid
    let share = 1 / Float(resolution.planes)
    let kinds = HaemorrhageKind.allCases.count
    for y in 0..<grid {
      let range = paint(patient, corner: corner, pitch: pitch, y: y) ?? 0..<0
      field.withUnsafeMutableBufferPointer { field in
        for x in 0..<range.lowerBound { field[y * grid + x] -= 1000 * share }
        for x in range.upperBound..<grid { field[y * grid + x] -= 1000 * share }
        for x in range { field[y * grid + x] += row.hounsfield[x - range.lowerBound] * share }
      }
      blood.withUnsafeMutableBufferPointer { blood in
        for kind in 0..<kinds {
          let target = (kind * grid + y) * grid
          let source = row.blood[kind]
          for x in range { blood[target + x] += source[x - range.lowerBound] * share }
        }
      }
      guard recordsTissue else { continue }
      for x in range { tissue[y * grid + x] = row.tissue(at: x - range.lowerBound) }
    }
  }

  private func finishField(into mask: inout [UInt8]) {
    let cells = resolution.grid * resolution.grid
    for kind in HaemorrhageKind.allCases {
      let start = kind.rawValue * cells
      for cell in 0..<cells where blood[start + cell] >= 0.5 { mask[cell] |= kind.bit }
    }
  }

  /// Streaks in the head and the holder under it.
  private func addBackground(
    _ patient: Patient, slice: Int, isLow: Bool, corner: SIMD3<Double>, pitch: Double
  ) {
    let grid = resolution.grid
    let streaks = Streaks(
      seed: patient.seed, patient: patient.number, slice: slice, artefacts: patient.artefacts,
      isLow: isLow)
    let holder = patient.artefacts.holder
    let back =
      patient.geometry.headCenter.y + Double(92 + patient.head.scalpThickness)
      * Double(patient.head.scale.y)
    let centerY = Float(back) + holder.y - holder.x
    let centerX = Float(patient.geometry.headCenter.x) * 0.5
    let firstX = Float(corner.x)
    field.withUnsafeMutableBufferPointer { field in
      guard let base = field.baseAddress else { return }
      for y in 0..<grid {
        let row = base + y * grid
        let roomY = Float(corner.y + patient.geometry.columnDirection.y * Double(y) * pitch)
        streaks.add(to: row, count: grid, firstX: firstX, step: Float(pitch), y: roomY)
        let below = roomY - centerY
        guard below > 0 else { continue }
        for x in 0..<grid {
          let across = firstX + Float(pitch) * Float(x) - centerX
          let radius = (across * across + below * below).squareRoot()
          let shell = coverage(abs(radius - holder.x - holder.z) - holder.z * 0.5)
          let foam = coverage(abs(radius - holder.x - holder.z - 7) - 6)
          let arc = smoothStep((below - holder.x * 0.35) / 3)
          let value = mix(mix(-1000, -930, foam), holder.w, shell)
          row[x] = row[x] < -600 ? larger(row[x], mix(-1000, value, arc)) : row[x]
        }
      }
    }
  }

  /// Doubles the field to the matrix by linear interpolation between cell centers.
  private func enlarge(into image: inout [Float]) {
    let (grid, matrix) = (resolution.grid, resolution.matrix)
    field.withUnsafeBufferPointer { field in
      lines.withUnsafeMutableBufferPointer { lines in
        for y in 0..<grid {
          let (source, target) = (y * grid, y * matrix)
          for x in 0..<grid {
            let value = field[source + x] * 0.75
            let left = field[source + max(0, x - 1)] * 0.25
            let right = field[source + min(grid - 1, x + 1)] * 0.25
            lines[target + 2 * x] = value + left
            lines[target + 2 * x + 1] = value + right
          }
        }
      }
    }
    lines.withUnsafeBufferPointer { lines in
      image.withUnsafeMutableBufferPointer { image in
        for y in 0..<matrix {
          let near = y / 2
          let far = y % 2 == 0 ? max(0, near - 1) : min(grid - 1, near + 1)
          let (target, a, b) = (y * matrix, near * matrix, far * matrix)
          for x in 0..<matrix { image[target + x] = 0.75 * lines[a + x] + 0.25 * lines[b + x] }
        }
      }
    }
  }
}
