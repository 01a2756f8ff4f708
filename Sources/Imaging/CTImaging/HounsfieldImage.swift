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

  /// An image of one value, to be overwritten by `replace`.
  public init() { self.init(rows: 1, columns: 1, values: [0]) }

  /// Replaces the image with what `fill` writes into its `rows * columns` values.
  ///
  /// Memory of the right size is kept, so that one image serves slice after slice.
  ///
  /// - Precondition: there is at least one pixel; `fill` writes every value.
  public mutating func replace(
    rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    precondition(rows > 0 && columns > 0, "an image has at least one pixel")
    let count = rows * columns
    if values.count != count { values = [Float](repeating: 0, count: count) }
    self.rows = rows
    self.columns = columns
    values.withUnsafeMutableBufferPointer { fill($0) }
  }

  /// The image centered in a square of its longer side; the image itself where it is square.
  ///
  /// The border is air, -1000 HU, or the image's lowest value where that is higher. It lies below
  /// every window that shows tissue and comes out black. An odd remainder goes below and right.
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
