import ComputeGraph
import OneDNNBackend
import OpenBLASBackend
import Vocabulary

extension BackendName {
  /// The backend of the name: the one place where a backend is chosen.
  ///
  /// - Parameter threads: its thread budget, at least one.
  public func backend(threads: Int) -> any Backend {
    switch self {
    case .onednn: OneDNN(threads: threads)
    case .openblas: OpenBLAS(threads: threads)
    }
  }

  /// The loaded version of every backend's library, by name.
  package static var libraryVersions: [String: String] {
    Dictionary(
      uniqueKeysWithValues: allCases.map { name in
        switch name {
        case .onednn: (name.rawValue, OneDNN.libraryVersion)
        case .openblas: (name.rawValue, OpenBLAS.libraryVersion)
        }
      })
  }
}
