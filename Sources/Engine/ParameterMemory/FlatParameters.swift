import ComputeGraph
import Dispatch

/// The trained parameters of a network with their gradients: two blocks of one layout, to which
/// the optimiser's running sums add others.
///
/// The first two blocks' owner keeps them alive longer than this object. Padding between
/// parameters is never touched.
package final class FlatParameters {
  /// One parameter's place in every block, in floats.
  package struct Extent: Sendable {
    package var name: String
    package var offset: Int
    package var count: Int
    package var role: Parameter.Role

    package init(_ parameter: Parameter, offset: Int, count: Int) {
      name = parameter.name
      role = parameter.role
      self.offset = offset
      self.count = count
    }
  }

  package typealias Block = UnsafeMutablePointer<Float>

  package let weights: Block
  package let gradients: Block
  /// Floats in a block.
  package let count: Int
  /// Parameters that updates and the norm leave out.
  package var frozen: Set<String> = []
  private let extents: [Extent]
  private let threads: Int
  private var state: [UpdateRule.Slot: Block] = [:]
  private var accumulated: Block?

  /// - Parameter extents: disjoint, inside `count`.
  package init(
    weights: Block, gradients: Block, count: Int, extents: [Extent], threads: Int
  ) {
    self.weights = weights
    self.gradients = gradients
    self.count = count
    self.extents = extents
    self.threads = threads
  }

  deinit {
    discardState()
    accumulated?.deallocate()
  }

  /// Runs a backward pass that overwrites the gradients, and adds what was there before.
  package func accumulating(_ backward: () throws -> Void) rethrows {
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
  package func update(_ rule: UpdateRule) {
    nonisolated(unsafe) let (weights, gradients) = (weights, gradients)
    let slots = rule.slots
    nonisolated(unsafe) let velocity = slots.contains(.velocity) ? block(.velocity) : nil
    nonisolated(unsafe) let squares = slots.contains(.squareAverage) ? block(.squareAverage) : nil
    for extent in extents where !frozen.contains(extent.name) {
      let decay = !rule.decaysWeightsOnly || extent.role == .weight ? rule.decay : 0
      inChunks(extent.count) { range in
        let first = extent.offset + range.lowerBound
        Self.apply(
          rule, weights: weights + first, gradients: gradients + first,
          velocity: velocity.map { $0 + first }, squares: squares.map { $0 + first },
          count: range.count, decay: decay)
      }
    }
  }

  private static func apply(
    _ rule: UpdateRule, weights: Block, gradients: Block, velocity: Block?, squares: Block?,
    count: Int, decay: Float
  ) {
    switch rule.method {
    case .kerasSGD(let nesterov):
      guard let velocity else { preconditionFailure("SGD keeps a velocity") }
      SGD.updateKeras(
        weights: weights, gradients: gradients, velocity: velocity, count: count, rate: rule.rate,
        momentum: rule.momentum, nesterov: nesterov, decay: decay)
    case .sgd(let nesterov):
      guard let velocity else { preconditionFailure("SGD keeps a velocity") }
      SGD.updatePyTorch(
        weights: weights, gradients: gradients, velocity: velocity, count: count, rate: rule.rate,
        momentum: rule.momentum, nesterov: nesterov, decay: decay)
    case .kerasRMSprop(let rho, let epsilon):
      guard let squares else { preconditionFailure("RMSprop keeps an average of squares") }
      RMSprop.updateKeras(
        weights: weights, gradients: gradients, squareAverage: squares, velocity: velocity,
        count: count, rate: rule.rate, momentum: rule.momentum, rho: rho, epsilon: epsilon,
        decay: decay)
    case .pytorchRMSprop(let rho, let epsilon):
      guard let squares else { preconditionFailure("RMSprop keeps an average of squares") }
      RMSprop.updatePyTorch(
        weights: weights, gradients: gradients, squareAverage: squares, velocity: velocity,
        count: count, rate: rule.rate, momentum: rule.momentum, rho: rho, epsilon: epsilon,
        decay: decay)
    }
  }

  // MARK: Gradients as a whole

  /// The Euclidean norm over the gradients of the named parameters; of all that aren't frozen where
  /// none are named.
  ///
  /// Summed in double precision by parameter, so that it doesn't depend on the number of threads.
  package func gradientNorm(of names: Set<String>?) -> Double {
    let included = extents.filter { names?.contains($0.name) ?? !frozen.contains($0.name) }
    var sums = [Double](repeating: 0, count: included.count)
    nonisolated(unsafe) let gradients = gradients
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      DispatchQueue.concurrentPerform(iterations: included.count) { place in
        let extent = included[place]
        sums[place] = SquareSum.of(gradients + extent.offset, count: extent.count)
      }
    }
    return sums.reduce(0, +).squareRoot()
  }

  package func scaleGradients(by factor: Float) {
    nonisolated(unsafe) let gradients = gradients
    inChunks(count) { range in
      for index in range { gradients[index] *= factor }
    }
  }

  // MARK: The optimiser's state

  /// The running sums that there are.
  package var slots: [UpdateRule.Slot] { UpdateRule.Slot.allCases.filter { state[$0] != nil } }

  /// One of the optimiser's running sums, zero where there was none.
  package func block(_ slot: UpdateRule.Slot) -> Block {
    if let block = state[slot] { return block }
    let fresh = Block.allocate(capacity: max(count, 1))
    fresh.initialize(repeating: 0, count: max(count, 1))
    state[slot] = fresh
    return fresh
  }

  package func discardState() {
    state.values.forEach { $0.deallocate() }
    state = [:]
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
