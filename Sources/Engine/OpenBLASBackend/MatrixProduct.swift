import COpenBLAS

typealias Floats = UnsafeMutablePointer<Float>

/// `c = a b`, or `c += a b`, of dense row-major matrices.
struct MatrixProduct {
  /// Rows of `a` and `c`.
  let rows: Int
  /// Columns of `b` and `c`.
  let columns: Int
  /// Columns of `a`, rows of `b`.
  let inner: Int
  /// Stored as `[inner, rows]`.
  var transposesA = false
  /// Stored as `[columns, inner]`.
  var transposesB = false

  func run(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: Floats, adds: Bool = false)
  {
    ichor_sgemm(
      transposesA, transposesB, Int32(rows), Int32(columns), Int32(inner), a, b, adds ? 1 : 0, c)
  }
}
