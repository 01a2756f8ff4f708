import Vocabulary

/// What the networks are computed with.
package struct ComputeParameters: Codable, Equatable, Sendable {
  package var backend: BackendName
  package var precision: PrecisionChoice
  /// Threads to keep busy, `nil` for one per processor. Results do not depend on it.
  package var threads: Int?

  package init(
    backend: BackendName = .onednn, precision: PrecisionChoice = .auto, threads: Int? = nil
  ) {
    self.backend = backend
    self.precision = precision
    self.threads = threads
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case backend
    case precision
    case threads
  }

  init(_ section: ConfigurationSection) throws {
    self.init()
    backend = try section.choice(CodingKeys.backend, default: backend)
    precision = try section.choice(CodingKeys.precision, default: precision)
    threads = try section.optionalInteger(CodingKeys.threads, in: 1...4096)
  }
}
