import COneDNN
import ComputeGraph
import Vocabulary

/// The fast backend: oneDNN primitives in the layouts that the library prefers.
public struct OneDNN: Backend {
  /// The version of the loaded library, such as `2.6.3`.
  package static var libraryVersion: String { version }

  public var name: String { "onednn" }
  /// Threads that primitives and updates use; this is the thread budget of the whole process.
  let threads: Int
  private let mergedChannels: Int?

  public init(threads: Int) { self.init(threads: threads, mergedChannels: nil) }

  /// - Parameter mergedChannels: channels to which groups of grouped convolutions are merged, in
  ///   every layer and pass, to measure it; `nil` takes the fastest.
  package init(threads: Int, mergedChannels: Int?) {
    precondition(threads > 0, "a backend needs at least one thread")
    self.threads = threads
    self.mergedChannels = mergedChannels
    _ = ichor_set_openmp_threads(Int32(threads))
  }

  /// bf16 needs AVX-512 bf16 or AMX; without them oneDNN emulates it, slower than f32.
  public func supports(_ precision: Precision) -> Bool {
    precision == .f32 || ichor_dnnl_has_bf16()
  }

  /// - Throws: `configuration` where memory isn't available; `internalFault` where oneDNN fails.
  public func compile(
    _ program: Program, precision: Precision
  ) throws -> any CompiledNetwork {
    try OneDNNNetwork(
      OneDNNLowering(program, precision: precision, mergedChannels: mergedChannels),
      threads: threads)
  }
}
