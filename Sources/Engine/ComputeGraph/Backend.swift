import TensorCore
import Vocabulary

/// Lowers programs to something that runs.
public protocol Backend: Sendable {
  /// The name in `compute.backend`.
  var name: String { get }
  /// Whether this machine runs the format natively; where it doesn't, the caller falls back to f32
  /// and says so.
  func supports(_ precision: Precision) -> Bool
  /// Creates every primitive, and plans and allocates the memory.
  ///
  /// - Throws: `configuration` where the memory isn't available, naming how much is needed;
  ///   `internalFault` where the backend's library fails.
  func compile(_ program: Program, precision: Precision) throws -> any CompiledNetwork
}

/// A program with its memory, ready to run again and again. Used by one thread at a time.
public protocol CompiledNetwork: AnyObject {
  var program: Program { get }
  var precision: Precision { get }
  /// Bytes that the network holds: activations, weights, gradients and optimiser state.
  var memoryBytes: Int { get }

  /// Replaces every parameter. The caller has compared the tensors with `Graph.stateShapes`.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func load(_ parameters: NamedTensors) throws
  /// Copies of all parameters by checkpoint name, 32-bit.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func parameters() throws -> NamedTensors
  /// Copies of the gradients of the last backward pass, by parameter name.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func gradients() throws -> NamedTensors
  /// Parameters that updates leave alone, by name. Batch statistics are updated all the same, unless
  /// the graph has them fixed.
  var frozen: Set<String> { get set }
  /// The optimiser's running sums by `<slot>.<parameter>`; empty before the first update.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func optimizerState() throws -> NamedTensors
  /// Replaces the optimiser's state; an empty one starts afresh.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func loadOptimizerState(_ state: NamedTensors) throws

  /// Runs the forward steps. In training the running statistics are updated.
  ///
  /// - Parameters:
  ///   - input: `[batch, C, H, W]`, row-major.
  ///   - logits: `[batch, classes]`, filled.
  /// - Throws: `internalFault` where the backend's library fails.
  func forward(
    _ input: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>) throws
  /// Runs the backward steps from the gradient of the loss with respect to the logits,
  /// `[batch, classes]`.
  ///
  /// - Parameter accumulate: whether to add to the existing gradients instead of replacing them.
  /// - Throws: `internalFault` where the backend's library fails.
  func backward(_ logitGradients: UnsafeBufferPointer<Float>, accumulate: Bool) throws
  /// The Euclidean norm over the gradients of the named parameters or, where `names` is `nil`, of
  /// all that aren't frozen.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func gradientNorm(of names: Set<String>?) throws -> Double
  /// Multiplies every gradient, as clipping by the global norm does.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func scaleGradients(by factor: Float) throws
  /// Applies the gradients to the master weights.
  ///
  /// - Throws: `internalFault` where the backend's library fails.
  func update(_ rule: UpdateRule) throws

  /// The time spent since the last call; empty unless `profiles` is set.
  func takeProfile() -> ExecutionProfile
  var profiles: Bool { get set }
}
