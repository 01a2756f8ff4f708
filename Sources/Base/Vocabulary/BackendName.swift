/// What computes the networks: `compute.backend`.
public enum BackendName: String, Choice {
  case onednn
  case openblas
}
