/// One slice before encoding: the image, and what is where on the field grid.
struct RenderedSlice {
  let matrix: Int
  /// `matrix` x `matrix` Hounsfield units, row-major, with noise.
  var hounsfield: [Float]
  /// Half the matrix per side: bits of `HaemorrhageKind`, set where blood of that kind fills at
  /// least half of the cell, and the tissue there without regard to blood.
  let grid: Int
  var blood: [UInt8]
  var tissue: [Tissue]
  /// Area of a grid cell, mm².
  let cellArea: Double

  init(matrix: Int, grid: Int, cellArea: Double) {
    self.matrix = matrix
    self.grid = grid
    self.cellArea = cellArea
    hounsfield = Array(repeating: -1000, count: matrix * matrix)
    blood = Array(repeating: 0, count: grid * grid)
    tissue = Array(repeating: .air, count: grid * grid)
  }

  /// Area of one kind of blood, mm².
  func area(of kind: HaemorrhageKind) -> Double {
    Double(blood.lazy.filter { $0 & kind.bit != 0 }.count) * cellArea
  }

  /// Kinds present: at least `labelThreshold` of their blood shows.
  var kinds: Set<HaemorrhageKind> {
    Set(HaemorrhageKind.allCases.filter { area(of: $0) >= Self.labelThreshold })
  }

  /// Least area of blood that labels a slice, mm²: a spot 4 mm across, about what a reader reports.
  static let labelThreshold = 14.0
}

/// What a grid cell mostly holds, blood apart.
enum Tissue: UInt8, Sendable {
  case air
  /// Scalp, muscle, fat, face.
  case soft
  case bone
  case brain
  case cerebrospinalFluid
  case ventricle
}
