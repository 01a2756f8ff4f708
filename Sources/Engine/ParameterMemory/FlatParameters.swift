import ComputeGraph
import Dispatch

/// The trained parameters of a network with their gradients: two blocks of one layout, and further
/// ones for the optimiser's running sums.
///
/// `NetworkMemory` owns the first two blocks and outlives this object. Padding between parameters is
/// never touched.
package final class FlatParameters {
  /// One parameter's place in every block, in floats.
  struct Extent: Sendable {
    let name: String
    let offset: Int
    let count: Int
    let role: Parameter.Role

    init(_ parameter: Parameter, offset: Int, count: Int) {
      name = parameter.name
      role = parameter.role
      self.offset = offset
      self.count = count
    }
  }

  package typealias Block = UnsafeMutablePointer<Float>

  let weights: Block
  let gradients: Block
  /// Floats in a block.
  let count: Int
  /// Parameters that updates and the norm leave out.
  var frozen: Set<String> = []
  let extents: [Extent]
  private let threads: Int
  private var state: [UpdateRule.Slot: Block] = [:]
  private var accumulated: Block?

  /// - Parameter extents: disjoint, inside `count`.
  init(
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

  /// Runs a backward pass that overwrites the gradients, then adds their previous values.
  ///
  /// - Throws: only what `backward` throws.
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

  // MARK: Gradients as a whole

  /// The Euclidean norm over the gradients of the named parameters or, where `names` is `nil`, of
  /// all that aren't frozen.
  ///
  /// Summed in double precision per parameter, so that it doesn't depend on the number of threads.
  func gradientNorm(of names: Set<String>?) -> Double {
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

  func scaleGradients(by factor: Float) {
    nonisolated(unsafe) let gradients = gradients
    inChunks(count) { range in
      for index in range { gradients[index] *= factor }
    }
  }

  // MARK: The optimiser's state

  /// The running sums that exist.
  var slots: [UpdateRule.Slot] { UpdateRule.Slot.allCases.filter { state[$0] != nil } }

  /// One of the optimiser's running sums, filled with zeros where there was none.
  func block(_ slot: UpdateRule.Slot) -> Block {
    if let block = state[slot] { return block }
    let fresh = Block.allocate(capacity: max(count, 1))
    fresh.initialize(repeating: 0, count: max(count, 1))
    state[slot] = fresh
    return fresh
  }

  func discardState() {
    state.values.forEach { $0.deallocate() }
    state = [:]
  }

  /// Splits large element-wise work over the threads; small work isn't worth waking them.
  func inChunks(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let parts = count >= 1 << 16 ? threads : 1
    if parts == 1 { return body(0..<count) }
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body(count * part / parts..<count * (part + 1) / parts)
    }
  }
}
