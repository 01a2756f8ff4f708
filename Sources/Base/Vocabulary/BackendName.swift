/// What computes the networks: `compute.backend`.
public enum BackendName: String, CaseIterable, Codable, Sendable {
  case onednn
  case openblas
}
