import ComputeGraph
import OneDNNBackend
import OpenBLASBackend
import Testing
import Vocabulary

/// A backend in one of the precisions that it has.
struct TestedBackend: Hashable, CustomTestStringConvertible {
  static let openBLAS = TestedBackend(testDescription: "OpenBLAS f32", precision: .f32)
  static let oneDNN = TestedBackend(testDescription: "oneDNN f32", precision: .f32)
  static let oneDNNBrainFloat = TestedBackend(testDescription: "oneDNN bf16", precision: .bf16)

  let testDescription: String
  let precision: Precision
  /// The width to which oneDNN's backend merges groups, whatever is fastest.
  private var mergedChannels: Int?

  /// Those that this machine runs.
  static let all = [openBLAS, oneDNN, oneDNNBrainFloat].filter {
    $0.backend.supports($0.precision)
  }
  static let threads = 2

  func merging(to channels: Int) -> TestedBackend {
    var copy = self
    copy.mergedChannels = channels
    return copy
  }

  private var backend: any Backend {
    self == .openBLAS
      ? OpenBLAS(threads: Self.threads)
      : OneDNN(threads: Self.threads, mergedChannels: mergedChannels)
  }

  /// Allowed error, as a share of the greatest element (of a norm, where norms are compared).
  /// bf16 keeps 8 bits: one rounding is off by up to 0.4 %.
  var tolerance: Double { precision == .f32 ? 2e-5 : 1.5e-2 }

  func compile(_ program: Program) throws -> any CompiledNetwork {
    try backend.compile(program, precision: precision)
  }
}

/// All suites of this target run one test after the other: the library's threads are shared.
@Suite(.serialized) enum BackendConformance {}
