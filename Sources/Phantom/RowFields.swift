/// Buffers of one row of a slice's field grid, reused for every row that a worker renders.
///
/// Structure of arrays, so that each kernel is one straight loop that the compiler turns into
/// vector code. Coordinates are millimetres of the standard head (see `Head`); coverages are in
/// [0, 1].
final class RowFields {
  /// Points in a row.
  let count: Int
  private let storage: UnsafeMutablePointer<Float>

  /// Standard head coordinates: left, posterior, up.
  let x, y, z: UnsafeMutablePointer<Float>
  /// Where the tissue at the point was before anything pushed it.
  let brainX, brainY, brainZ: UnsafeMutablePointer<Float>
  /// Posterior coordinate in the room, along which blood settles.
  let gravity: UnsafeMutablePointer<Float>
  /// Signed distance to the inner table and skull base, negative in the cranial cavity.
  let cavity: UnsafeMutablePointer<Float>
  /// Signed distance to the skin, negative in the head.
  let skin: UnsafeMutablePointer<Float>
  /// Thickness of the bone beside the point.
  let bone: UnsafeMutablePointer<Float>
  /// Distance from the centre in units of the vault's radius: 1 at the inner table.
  let radius: UnsafeMutablePointer<Float>
  /// Thickness of blood between the inner table and the displaced brain.
  let mantle: UnsafeMutablePointer<Float>
  /// Coverage by cerebrospinal fluid outside the ventricles, and in them.
  let fluid, ventricle: UnsafeMutablePointer<Float>
  /// Coverage by brain that lies under the tentorium.
  let infratentorial: UnsafeMutablePointer<Float>
  /// Signed distance to the ventricles, negative inside.
  let ventricleDistance: UnsafeMutablePointer<Float>
  /// Hounsfield units painted so far outside the cranial cavity, and in it.
  let hounsfield, interior: UnsafeMutablePointer<Float>
  /// Room for what a kernel keeps between its loops.
  let scratch: [UnsafeMutablePointer<Float>]
  /// Coverage by blood, one buffer a kind in `HaemorrhageKind` order.
  let blood: [UnsafeMutablePointer<Float>]

  init(count: Int) {
    let kinds = HaemorrhageKind.allCases.count
    let scratches = 8
    let buffers = 18 + scratches + kinds
    self.count = count
    let storage = UnsafeMutablePointer<Float>.allocate(capacity: count * buffers)
    storage.initialize(repeating: 0, count: count * buffers)
    self.storage = storage
    func buffer(_ index: Int) -> UnsafeMutablePointer<Float> { storage + index * count }
    (x, y, z) = (buffer(0), buffer(1), buffer(2))
    (brainX, brainY, brainZ) = (buffer(3), buffer(4), buffer(5))
    gravity = buffer(6)
    (cavity, skin, bone) = (buffer(7), buffer(8), buffer(9))
    (radius, mantle) = (buffer(10), buffer(11))
    (fluid, ventricle, infratentorial) = (buffer(12), buffer(13), buffer(14))
    ventricleDistance = buffer(15)
    (hounsfield, interior) = (buffer(16), buffer(17))
    scratch = (0..<scratches).map { buffer(18 + $0) }
    blood = (0..<kinds).map { buffer(18 + scratches + $0) }
  }

  deinit { storage.deallocate() }

  /// Forgets what the last row painted.
  func clear() {
    for field in [fluid, ventricle, infratentorial, mantle] + blood {
      field.update(repeating: 0, count: count)
    }
    hounsfield.update(repeating: -1000, count: count)
  }
}
