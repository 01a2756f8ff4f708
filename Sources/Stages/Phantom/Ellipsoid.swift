/// An axis-parallel ellipsoid in the standard head, mm.
struct Ellipsoid {
  let center: SIMD3<Float>
  let halfAxes: SIMD3<Float>

  init(_ x: Float, _ y: Float, _ z: Float, _ a: Float, _ b: Float, _ c: Float) {
    center = SIMD3(x, y, z)
    halfAxes = SIMD3(a, b, c)
  }

  /// Signed distance, first order, exact on the surface.
  @inline(__always)
  func distance(_ x: Float, _ y: Float, _ z: Float) -> Float {
    let u = (x - center.x) / halfAxes.x
    let v = (y - center.y) / halfAxes.y
    let w = (z - center.z) / halfAxes.z
    let radius = (u * u + v * v + w * w).squareRoot()
    let (p, q, r) = (u / halfAxes.x, v / halfAxes.y, w / halfAxes.z)
    let slope = (p * p + q * q + r * r).squareRoot()
    return (radius - 1) * (radius + 1e-4) / (slope + 1e-5)
  }
}

/// A straight tube with round ends whose radius changes along it, in the standard head, mm.
struct Tube {
  let from: SIMD3<Float>
  let along: SIMD3<Float>
  let inverseSquare: Float
  let radii: SIMD2<Float>

  init(
    _ from: SIMD3<Float>, _ to: SIMD3<Float>, _ fromRadius: Float, _ toRadius: Float
  ) {
    self.from = from
    along = to - from
    inverseSquare = 1 / max(1e-3, (along * along).sum())
    radii = SIMD2(fromRadius, toRadius)
  }

  /// Signed distance.
  @inline(__always)
  func distance(_ x: Float, _ y: Float, _ z: Float) -> Float {
    let (px, py, pz) = (x - from.x, y - from.y, z - from.z)
    let part = unit((px * along.x + py * along.y + pz * along.z) * inverseSquare)
    let (dx, dy, dz) = (px - along.x * part, py - along.y * part, pz - along.z * part)
    return (dx * dx + dy * dy + dz * dz).squareRoot() - mix(radii.x, radii.y, part)
  }
}
