/// The cranial cavity's shape: an egg-shaped vault over the three steps of the skull base.
enum Vault {
  /// Relative radius of a point (1 on the inner table) and its signed distance to it in mm.
  @inline(__always)
  static func measure(
    _ x: Float, _ y: Float, _ z: Float, squareness: Float
  ) -> (radius: Float, distance: Float) {
    // Wider over the parietal bones than over the forehead.
    let u = x * (1 - 0.0010 * y) / 68
    let v = y / 84
    let w = z > 0 ? z / 70 : z / 88
    let square = u * u + v * v + w * w - squareness * u * u * v * v
    let radius = (square > 0 ? square : 0).squareRoot()
    let slope =
      (u * u / (68 * 68) + v * v / (84 * 84) + w * w / (70 * 70)).squareRoot()
    // First-order distance to an ellipsoid; both small terms only guard the center.
    return (radius, (radius - 1) * (radius + 7e-5) / (slope + 1e-6))
  }

  /// Signed distance to the skin: the vault's outline, which does not taper below the ears.
  @inline(__always)
  static func outline(_ x: Float, _ y: Float, _ z: Float, squareness: Float) -> Float {
    let face = smoothStep((-z - 12) / 30) * smoothStep((-y - 20) / 40)
    let low: Float = z > 0 ? z : z * 0.42
    return measure(x, y, low, squareness: squareness).distance - 5 * face
  }

  /// Height of the skull base under (x, y), mm, and how much of it is petrous ridge and clivus.
  @inline(__always)
  static func base(_ x: Float, _ y: Float) -> (height: Float, petrous: Float, clivus: Float) {
    let side = abs(x)
    let (overOrbit, behindEye) = (side - 28, y + 50)
    let roof = bump(unit((overOrbit * overOrbit + 0.8 * behindEye * behindEye) / 1500))
    let anterior = -23 + 11 * roof
    let middle = mix(-43, -23, bump(x * x / 520))
    let posterior = -72 + 11 * unit((x * x + (y - 40) * (y - 40)) / 2500)
    let behindSphenoid = smoothStep((y + 30 + 0.0055 * side * side) / 13)
    let behindPetrous = smoothStep((y - 1 - 0.3 * side) / 13)
    let steps = mix(mix(anterior, middle, behindSphenoid), posterior, behindPetrous)
    let ridge = y - (0.5 + 0.36 * side)
    let along = smoothStep((side - 9) / 9) * smoothStep((76 - side) / 14)
    let petrous = bump(unit(ridge * ridge / 170)) * along
    let clivus = bump(x * x / 300) * bump((y - 2) * (y - 2) / 300)
    return (mix(steps, -30 + 0.14 * side, petrous), petrous, clivus)
  }

  /// Scales a direction so that it ends on the inner table.
  static func surfacePoint(_ direction: SIMD3<Float>, squareness: Float) -> SIMD3<Float> {
    var length: Float = 75
    for _ in 0..<20 {
      let point = direction * length
      length /= measure(point.x, point.y, point.z, squareness: squareness).radius
    }
    return direction * length
  }

  /// Height of the tentorium over (x, y): a tent whose ridge runs back from the incisura.
  @inline(__always)
  static func tentorium(_ x: Float, _ y: Float) -> Float {
    let dx = x / 62
    let dy = (y - 20) / 66
    let away = (dx * dx + 0.55 * dy * dy).squareRoot()
    return -3 - 27 * smoothStep(away * 0.75 + 0.12)
  }

  /// Positive behind the petrous ridges, where what lies under the tentorium is cerebellum.
  @inline(__always)
  static func behindPetrous(_ x: Float, _ y: Float) -> Float { y - 3 - 0.34 * abs(x) }
}
