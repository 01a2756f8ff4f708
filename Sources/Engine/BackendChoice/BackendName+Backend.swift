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

  /// The loaded version of the backend's library.
  package var libraryVersion: String {
    switch self {
    case .onednn: OneDNN.libraryVersion
    case .openblas: OpenBLAS.libraryVersion
    }
  }

  /// That of every backend, by name.
  package static var libraryVersions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.libraryVersion) })
  }
}
