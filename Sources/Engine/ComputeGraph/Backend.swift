import TensorCore
import Vocabulary

/// Lowers programs to something that runs.
public protocol Backend: Sendable {
  /// The name in `compute.backend`.
  var name: String { get }
  /// Whether this machine runs the format as it is meant; where not, the caller falls back to f32
  /// and says so.
  func supports(_ precision: Precision) -> Bool
  /// Creates every primitive, plans and allocates the memory.
  ///
  /// - Throws: `IchorError` where the memory isn't available, naming how much is needed.
  func compile(_ program: Program, precision: Precision) throws -> any CompiledNetwork
}

/// A program with its memory, ready to run again and again. Used by one thread at a time.
public protocol CompiledNetwork: AnyObject {
  var program: Program { get }
  var precision: Precision { get }
  /// Bytes that the network holds: activations, weights, gradients and optimiser state.
  var memoryBytes: Int { get }

  /// Replaces every parameter. The caller has compared the tensors with `Graph.stateShapes`.
  func load(_ parameters: NamedTensors) throws
  /// Copies of all parameters by checkpoint name, 32-bit.
  func parameters() throws -> NamedTensors
  /// Copies of the gradients of the last backward pass, by parameter name.
  func gradients() throws -> NamedTensors
  /// Parameters that updates leave alone, by name. Batch statistics move all the same.
  var frozen: Set<String> { get set }
  /// The optimiser's running sums by `<slot>.<parameter>`; empty before the first update.
  func optimizerState() throws -> NamedTensors
  /// Replaces the optimiser's state; an empty one begins anew.
  func loadOptimizerState(_ state: NamedTensors) throws

  /// Runs the forward steps. In training the running statistics move.
  ///
  /// - Parameters:
  ///   - input: `[batch, C, H, W]`, row-major.
  ///   - logits: `[batch, classes]`, filled.
  func forward(
    _ input: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>) throws
  /// Runs the backward steps from the gradient of the loss by the logits, `[batch, classes]`.
  ///
  /// - Parameter accumulate: add to the gradients that are there instead of replacing them.
  func backward(_ logitGradients: UnsafeBufferPointer<Float>, accumulate: Bool) throws
  /// The Euclidean norm over the gradients of the named parameters; of all that aren't frozen where
  /// none are named.
  func gradientNorm(of names: Set<String>?) throws -> Double
  /// Multiplies every gradient, as clipping by the global norm does.
  func scaleGradients(by factor: Float) throws
  /// Applies the gradients to the master weights.
  func update(_ rule: UpdateRule) throws

  /// What was spent since the last call; empty unless profiling.
  func takeProfile() -> ExecutionProfile
  var profiles: Bool { get set }
}
