import ComputeGraph
import OneDNNBackend
import OpenBLASBackend
import Testing

/// Every backend in every precision that it has.
enum TestedBackend: String, CaseIterable, CustomTestStringConvertible {
  case openBLAS = "OpenBLAS f32"
  case oneDNN = "oneDNN f32"
  case oneDNNBrainFloat = "oneDNN bf16"

  var testDescription: String { rawValue }

  /// Those that this machine runs.
  static let all = allCases.filter { $0.backend.supports($0.precision) }
  static let threads = 2

  var precision: Precision { self == .oneDNNBrainFloat ? .bf16 : .f32 }

  private var backend: any Backend {
    switch self {
    case .openBLAS: OpenBLASBackend(threads: Self.threads)
    case .oneDNN, .oneDNNBrainFloat: OneDNNBackend(threads: Self.threads)
    }
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
