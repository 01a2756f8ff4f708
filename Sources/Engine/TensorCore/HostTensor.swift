/// A dense float32 tensor in ordinary memory, row-major.
public struct HostTensor: Equatable, Sendable {
  public let shape: Shape
  /// `shape.elementCount` values, the last axis varying fastest.
  public var values: [Float] {
    didSet { precondition(values.count == shape.elementCount, "a tensor keeps its element count") }
  }

  public init(shape: Shape, values: [Float]) {
    precondition(
      values.count == shape.elementCount,
      "shape \(shape) takes \(shape.elementCount) values, not \(values.count)")
    self.shape = shape
    self.values = values
  }

  public init(shape: Shape, repeating value: Float = 0) {
    self.init(shape: shape, values: [Float](repeating: value, count: shape.elementCount))
  }

  /// A tensor without axes.
  public init(scalar value: Float) { self.init(shape: [], values: [value]) }
}
