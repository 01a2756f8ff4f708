import COpenBLAS
import ComputeGraph
import Vocabulary

/// The portable backend: 32-bit floats in `[N, C, H, W]`, convolutions as matrix products over
/// unfolded patches.
///
/// Written independently of the other backend, so that each can be checked against the other.
public struct OpenBLAS: Backend {
  /// The build of the loaded library as the library reports it.
  package static var libraryVersion: String { String(cString: ichor_openblas_config()) }

  public var name: String { "openblas" }
  /// Threads that a step is spread over, by images or channels.
  let threads: Int

  public init(threads: Int) {
    precondition(threads > 0, "a backend needs at least one thread")
    self.threads = threads
    // The images of a batch run in parallel; a product that split itself further would only
    // compete for the same cores.
    ichor_openblas_use_one_thread()
  }

  public func supports(_ precision: Precision) -> Bool { precision == .f32 }

  /// - Precondition: the precision is f32.
  /// - Throws: `configuration` where the memory isn't available.
  public func compile(
    _ program: Program, precision: Precision
  ) throws -> any CompiledNetwork {
    precondition(precision == .f32, "OpenBLAS multiplies 32-bit floats only")
    return try OpenBLASNetwork(OpenBLASLowering(program, workers: Workers(count: threads)))
  }
}
