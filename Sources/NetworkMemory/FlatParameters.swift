import ComputeGraph
import Dispatch
import UpdateKernels

/// The trained parameters of a network with their gradients: two blocks of one layout, to which
/// the optimiser's state adds a third.
///
/// The blocks' owner keeps them alive longer than this object. Padding between parameters is
/// never touched.
public final class FlatParameters {
  /// One parameter's place in every block, in floats.
  public struct Extent: Sendable {
    public var offset: Int
    public var count: Int
    public var role: Parameter.Role

    public init(offset: Int, count: Int, role: Parameter.Role) {
      self.offset = offset
      self.count = count
      self.role = role
    }
  }

  public let weights: UnsafeMutablePointer<Float>
  public let gradients: UnsafeMutablePointer<Float>
  /// Floats in a block.
  public let count: Int
  /// The optimiser's running sums; `nil` before the first update.
  public private(set) var velocity: UnsafeMutablePointer<Float>?
  private let extents: [Extent]
  private let threads: Int
  private var accumulated: UnsafeMutablePointer<Float>?

  /// - Parameter extents: disjoint, inside `count`.
  public init(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>, count: Int,
    extents: [Extent], threads: Int
  ) {
    self.weights = weights
    self.gradients = gradients
    self.count = count
    self.extents = extents
    self.threads = threads
  }

  deinit {
    velocity?.deallocate()
    accumulated?.deallocate()
  }

  /// Runs a backward pass that overwrites the gradients, and adds what was there before.
  public func accumulating(_ backward: () throws -> Void) rethrows {
    let kept = accumulated ?? .allocate(capacity: max(count, 1))
    accumulated = kept
    kept.update(from: gradients, count: count)
    try backward()
    nonisolated(unsafe) let (sum, part) = (gradients, kept)
    inChunks(count) { range in
      for index in range { sum[index] += part[index] }
    }
  }

  /// Applies the gradients to the weights.
  public func update(_ rule: UpdateRule) {
    nonisolated(unsafe) let (weights, gradients) = (weights, gradients)
    nonisolated(unsafe) let velocity = velocityBlock()
    switch rule {
    case .sgd(let rate, let momentum, let nesterov, let decay, let decaysWeightsOnly):
      for extent in extents {
        let decays = !decaysWeightsOnly || extent.role == .weight
        inChunks(extent.count) { range in
          let first = extent.offset + range.lowerBound
          SGD.update(
            weights: weights + first, gradients: gradients + first, velocity: velocity + first,
            count: range.count, rate: rate, momentum: momentum, nesterov: nesterov,
            decay: decays ? decay : 0)
        }
      }
    }
  }

  /// The optimiser's state, zero where there was none.
  public func velocityBlock() -> UnsafeMutablePointer<Float> {
    if let velocity { return velocity }
    let fresh = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
    fresh.initialize(repeating: 0, count: max(count, 1))
    velocity = fresh
    return fresh
  }

  /// Splits large element-wise work over the threads; small work isn't worth waking them.
  private func inChunks(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let parts = count >= 1 << 16 ? threads : 1
    if parts == 1 { return body(0..<count) }
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body(count * part / parts..<count * (part + 1) / parts)
    }
  }
}
