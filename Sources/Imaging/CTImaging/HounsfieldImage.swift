/// A slice in Hounsfield units; rows from the top, `values[row * columns + column]`.
public struct HounsfieldImage: Equatable, Sendable {
  public private(set) var rows: Int
  public private(set) var columns: Int
  /// In HU.
  public private(set) var values: [Float]

  /// - Precondition: `values` holds `rows * columns` numbers, at least one.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(rows > 0 && columns > 0, "an image has at least one pixel")
    precondition(values.count == rows * columns, "an image has rows * columns values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// An image of one value, to be overwritten by `rescale`.
  public init() { self.init(rows: 1, columns: 1, values: [0]) }

  /// Replaces the image by stored values * slope + intercept, computed in `Double` and rounded once.
  ///
  /// Memory is kept where it suffices, so that one image serves slice after slice.
  ///
  /// - Precondition: `stored` holds `rows * columns` numbers, at least one.
  public mutating func rescale(
    _ stored: UnsafeBufferPointer<Int32>, rows: Int, columns: Int, slope: Double, intercept: Double
  ) {
    convert(stored, rows: rows, columns: columns, slope: slope, intercept: intercept)
  }

  /// The same for stored values of 16 bits.
  public mutating func rescale(
    _ stored: UnsafeBufferPointer<Int16>, rows: Int, columns: Int, slope: Double, intercept: Double
  ) {
    convert(stored, rows: rows, columns: columns, slope: slope, intercept: intercept)
  }

  @inline(__always)
  private mutating func convert<Stored: FixedWidthInteger & SignedInteger>(
    _ stored: UnsafeBufferPointer<Stored>, rows: Int, columns: Int, slope: Double,
    intercept: Double
  ) {
    precondition(rows > 0 && columns > 0, "an image has at least one pixel")
    precondition(stored.count == rows * columns, "an image has rows * columns values")
    if values.count != stored.count { values = [Float](repeating: 0, count: stored.count) }
    self.rows = rows
    self.columns = columns
    values.withUnsafeMutableBufferPointer { values in
      for index in 0..<stored.count {
        values[index] = Float(Double(stored[index]) * slope + intercept)
      }
    }
  }

  /// The image centred in a square of its longer side; itself where it is square.
  ///
  /// The border is air, -1000 HU, or the image's own lowest value where that is higher: below every
  /// window that shows tissue, it comes out black. An odd remainder goes below and to the right.
  public func squared() -> HounsfieldImage {
    guard rows != columns else { return self }
    let side = max(rows, columns)
    let border = max(values.min() ?? Self.air, Self.air)
    let top = (side - rows) / 2
    let left = (side - columns) / 2
    var square = [Float](repeating: border, count: side * side)
    for row in 0..<rows {
      let begin = (top + row) * side + left
      square.replaceSubrange(
        begin..<begin + columns, with: values[row * columns..<(row + 1) * columns])
    }
    return HounsfieldImage(rows: side, columns: side, values: square)
  }

  /// The CT number of air, in HU.
  public static let air: Float = -1000
}
