import Randomness

/// How the scanner looks at a head: pose, field of view, gantry tilt, slice positions.
///
/// Room coordinates are DICOM's patient axes (PS3.3 C.7.6.2.1.1), mm: x to the patient's left, y
/// to the back (down, as the patient lies supine), z to the head.
struct ScanGeometry: Sendable {
  let slices: Int
  /// Distance between neighbouring slices along the table, mm.
  let tableStep: Double
  /// Side length of a pixel in mm, for the full matrix.
  let pixelSpacing: Double
  /// Gantry tilt in turns; the column direction leans by it.
  let columnDirection: SIMD3<Double>
  /// Center of the first pixel of slice 0, the lowest one.
  let firstPosition: SIMD3<Double>
  /// Rows of the matrix that takes room offsets from the head's center to the standard head.
  let toHead: [SIMD3<Double>]
  /// The head's origin in the room.
  let headCenter: SIMD3<Double>
  /// Radius of the reconstructed circle, mm.
  let scanRadius: Double

  init(
    seed: UInt64, patient: Int, head: Head, matrix: Int, spacingFactor: Double = 1
  ) {
    var draw = CounterRandom(seed: seed, purpose: "phantom.geometry", sample: patient)
    let tilt = draw.uniform() < 0.45 ? draw.uniform(in: 8...22) / 360 : 0
    let pitch = tilt + draw.uniform(in: -6...6) / 360
    let roll = draw.bell() * 3.5 / 360
    let yaw = draw.bell() * 3 / 360
    columnDirection = SIMD3(0, Self.cosine(tilt), -Self.sine(tilt))
    let rotation = Self.rotation(roll: roll, yaw: yaw, pitch: pitch)
    let scale = SIMD3<Double>(Double(head.scale.x), Double(head.scale.y), Double(head.scale.z))
    toHead = (0..<3).map { rotation[$0] / scale[$0] }
    let fieldOfView = (draw.uniform(in: 222...252) * 2).rounded() / 2
    pixelSpacing = (fieldOfView / Double(matrix) * 1e6).rounded() / 1e6
    scanRadius = fieldOfView / 2
    headCenter = SIMD3(
      draw.uniform(in: -4...4), draw.uniform(in: -6...6) + 4, draw.uniform(in: -200...900).rounded()
    )
    // From above the vertex to the skull base, along the table.
    let top = Double(79 + head.scalpThickness) * scale.z + draw.uniform(in: 0...5)
    let bottom = -draw.uniform(in: 54...64) * scale.z
    let steps = [4.0, 4.5, 5.0, 5.0, 5.0, 5.5]
    let pick = Int(draw.uniform() * Double(steps.count))
    let along = Self.cosine(tilt)
    let wanted = ((top - bottom) / steps[min(pick, steps.count - 1)]).rounded()
    let limited = max(24, min(40, wanted))
    slices = max(3, Int((limited / spacingFactor).rounded()))
    tableStep = (((top - bottom) / along / Double(slices)) * 100).rounded() / 100
    // The middle of a slice's plane lies over the head's center line.
    let half = Double(matrix - 1) / 2 * pixelSpacing
    let middle = SIMD3(0, 0, headCenter.z + bottom / along)
    let corner = middle - half * SIMD3(1, 0, 0) - half * columnDirection
    firstPosition = SIMD3(
      (corner.x * 1e3).rounded() / 1e3, (corner.y * 1e3).rounded() / 1e3,
      (corner.z * 1e3).rounded() / 1e3)
  }

  /// Center of the first pixel of a slice, in the room.
  func position(ofSlice slice: Int) -> SIMD3<Double> {
    firstPosition + SIMD3(0, 0, (Double(slice) * tableStep * 1e3).rounded() / 1e3)
  }

  /// A room point in the standard head.
  func head(_ room: SIMD3<Double>) -> SIMD3<Double> { direction(room - headCenter) }

  /// A room direction in the standard head.
  func direction(_ room: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      (toHead[0] * room).sum(), (toHead[1] * room).sum(), (toHead[2] * room).sum())
  }

  /// The room's posterior coordinate, relative to the head's center, of a point of the head.
  func gravity(of point: SIMD3<Double>, scale: SIMD3<Float>) -> Double {
    // The inverse of rotation and scale: columns of the rotation times the scale.
    var sum = 0.0
    for axis in 0..<3 {
      let size = Double(scale[axis])
      sum += toHead[axis].y * size * size * point[axis]
    }
    return sum
  }

  /// Rows of the rotation from room to head axes; angles in turns.
  private static func rotation(roll: Double, yaw: Double, pitch: Double) -> [SIMD3<Double>] {
    let (cr, sr) = (cosine(roll), sine(roll))
    let (cy, sy) = (cosine(yaw), sine(yaw))
    let (cp, sp) = (cosine(pitch), sine(pitch))
    // Pitch about x first, then roll (in the axial plane) about z, then yaw about y.
    let pitched = [SIMD3(1.0, 0, 0), SIMD3(0, cp, -sp), SIMD3(0, sp, cp)]
    let rolled = [
      cr * pitched[0] + sr * pitched[1], cr * pitched[1] - sr * pitched[0], pitched[2],
    ]
    return [cy * rolled[0] + sy * rolled[2], rolled[1], cy * rolled[2] - sy * rolled[0]]
  }

  /// Taylor series, exact to 1e-12 for the small angles here and alike on every machine.
  private static func sine(_ turns: Double) -> Double {
    let t = turns * 2 * .pi
    let s = t * t
    return t * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72))))
  }

  private static func cosine(_ turns: Double) -> Double {
    let s = turns * 2 * .pi * turns * 2 * .pi
    return 1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56 * (1 - s / 90))))
  }
}
