/// Buffers of one row of a slice's field grid, reused for every row that a worker renders.
///
/// Structure of arrays, so that each kernel is one straight loop that the compiler turns into
/// vector code. Coordinates are millimetres of the standard head (see `Head`); coverages are in
/// [0, 1].
final class RowFields {
  /// Points of the row in use, at most what the buffers hold.
  private(set) var count: Int
  private let capacity: Int
  private let storage: UnsafeMutablePointer<Float>
  /// The row that this one is a part of, which keeps the buffers.
  private let whole: RowFields?

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
  /// 1 where the skull base is nearer, 0 where the vault is.
  let overBase: UnsafeMutablePointer<Float>
  /// Distance from the center in units of the vault's radius: 1 at the inner table.
  let radius: UnsafeMutablePointer<Float>
  /// Thickness of blood between the inner table and the displaced brain.
  let mantle: UnsafeMutablePointer<Float>
  /// Coverage by cerebrospinal fluid outside the ventricles, and in them.
  let fluid, ventricle: UnsafeMutablePointer<Float>
  /// Coverage by brain that lies under the tentorium.
  let infratentorial: UnsafeMutablePointer<Float>
  /// Signed distance to the ventricles, negative inside.
  let ventricleDistance: UnsafeMutablePointer<Float>
  /// Hounsfield units painted so far, outside the cranial cavity and in it.
  let hounsfield, interior: UnsafeMutablePointer<Float>
  /// Room for what a kernel keeps between its loops.
  let scratch: [UnsafeMutablePointer<Float>]
  /// Coverage by blood, one buffer per kind in `HaemorrhageKind` order.
  let blood: [UnsafeMutablePointer<Float>]

  private static let scratches = 8
  private static let buffers = 19 + scratches + HaemorrhageKind.allCases.count

  convenience init(capacity: Int) {
    let storage = UnsafeMutablePointer<Float>.allocate(capacity: capacity * Self.buffers)
    storage.initialize(repeating: 0, count: capacity * Self.buffers)
    self.init(storage, capacity: capacity, count: capacity, partOf: nil)
  }

  private init(
    _ storage: UnsafeMutablePointer<Float>, capacity: Int, count: Int, partOf whole: RowFields?
  ) {
    self.storage = storage
    self.capacity = capacity
    self.count = count
    self.whole = whole
    func buffer(_ index: Int) -> UnsafeMutablePointer<Float> { storage + index * capacity }
    (x, y, z) = (buffer(0), buffer(1), buffer(2))
    (brainX, brainY, brainZ) = (buffer(3), buffer(4), buffer(5))
    gravity = buffer(6)
    (cavity, skin, bone) = (buffer(7), buffer(8), buffer(9))
    (radius, mantle) = (buffer(10), buffer(11))
    (fluid, ventricle, infratentorial) = (buffer(12), buffer(13), buffer(14))
    ventricleDistance = buffer(15)
    (hounsfield, interior) = (buffer(16), buffer(17))
    overBase = buffer(18)
    scratch = (0..<Self.scratches).map { buffer(19 + $0) }
    blood = HaemorrhageKind.allCases.indices.map { buffer(19 + Self.scratches + $0) }
  }

  deinit { if whole == nil { storage.deallocate() } }

  /// Forgets what the last row painted and makes the next one `count` points long.
  func begin(count: Int) {
    precondition(count <= capacity, "a row of \(count) points in buffers for \(capacity)")
    self.count = count
    for field in [fluid, ventricle, infratentorial, mantle] + blood {
      field.update(repeating: 0, count: count)
    }
    hounsfield.update(repeating: -1000, count: count)
  }

  /// The part of the row that is in the cranial cavity or on its wall; `nil` where none is. What is
  /// painted there alone has no share in the other points.
  var inCavity: RowFields? { part { cavity[$0] < 1 } }

  /// The part of the row that is in the head or on its skin.
  var inHead: RowFields? { part { skin[$0] < 1 } }

  /// From the first to the last point that the condition holds for.
  private func part(_ condition: (Int) -> Bool) -> RowFields? {
    guard let first = (0..<count).first(where: condition),
      let last = (first..<count).last(where: condition)
    else { return nil }
    return RowFields(storage + first, capacity: capacity, count: last + 1 - first, partOf: self)
  }

  /// What a point of the painted row mostly holds, blood apart.
  func tissue(at i: Int) -> Tissue {
    if cavity[i] < 0 {
      if ventricle[i] >= 0.5 { return .ventricle }
      return fluid[i] >= 0.5 ? .cerebrospinalFluid : .brain
    }
    if cavity[i] < bone[i] { return hounsfield[i] > -200 ? .bone : .air }
    return skin[i] < 0 && hounsfield[i] > -500 ? .soft : .air
  }
}
