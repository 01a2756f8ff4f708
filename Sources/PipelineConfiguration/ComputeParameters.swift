/// What the networks are computed with.
public struct ComputeParameters: Codable, Equatable, Sendable {
  public static let knownBackends = ["onednn", "openblas"]
  public static let knownPrecisions = ["bf16", "f32"]

  public var backend: String
  public var precision: String
  /// Threads to keep busy, `nil` for one a processor. Results do not depend on it.
  public var threads: Int?

  public init(backend: String = "onednn", precision: String = "bf16", threads: Int? = nil) {
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
    backend = try section.name(CodingKeys.backend, default: backend, of: Self.knownBackends)
    precision = try section.name(CodingKeys.precision, default: precision, of: Self.knownPrecisions)
    threads = try section.optionalInteger(CodingKeys.threads, in: 1...4096)
  }
}
