/// The extents of a dense row-major tensor; no dimensions means a scalar of one element.
public struct Shape: Hashable, Sendable {
  /// Extents, outermost first; none is negative.
  public let dims: [Int]
  /// Product of the extents.
  public let elementCount: Int

  /// A shape that the program itself chose; negative extents or a product past `Int.max` are a
  /// programmer's mistake.
  public init(_ dims: [Int]) {
    guard let shape = Shape(checking: dims) else {
      preconditionFailure("shape \(dims) has a negative extent or more elements than Int counts")
    }
    self = shape
  }

  /// A shape read from a file: `nil` for a negative extent or a product past `Int.max`.
  public init?(checking dims: [Int]) {
    guard let count = Shape.elementCount(of: dims) else { return nil }
    self.dims = dims
    elementCount = count
  }

  /// Product of `dims`, 1 for none; `nil` for a negative extent or where the product of the
  /// non-zero extents overflows (a zero extent doesn't excuse the others).
  private static func elementCount(of dims: [Int]) -> Int? {
    var product = 1
    var isEmpty = false
    for extent in dims {
      if extent < 0 { return nil }
      if extent == 0 {
        isEmpty = true
        continue
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return isEmpty ? 0 : product
  }

  public subscript(axis: Int) -> Int { dims[axis] }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral dims: Int...) { self.init(dims) }
}

extension Shape: CustomStringConvertible {
  /// As PyTorch prints it: `[64, 3, 7, 7]`.
  public var description: String { "[\(dims.map(String.init).joined(separator: ", "))]" }
}
