/// The one error type that a user meets: what is wrong, where, and what to do about it.
///
/// Modules throw it for bad input. `StageCommand` turns `kind` into the exit status of the contract.
public struct IchorError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure it is; each maps to one `sysexits` status.
  public enum Kind: String, Sendable, CaseIterable {
    case usage
    case badData
    case inputMissing
    case internalFault
    case cannotCreate
    case inputOutput
    case busy
    case configuration
  }

  public let kind: Kind
  /// A short kebab-case name of the rule that was broken, such as `label-not-binary`.
  public let code: String
  /// One sentence, without its full stop, that names the datum and the rule.
  public let message: String
  /// Full sentences, each with its full stop, that say what to do.
  public let remedy: String
  /// File and line, or dotted configuration key, where the datum stands.
  public let location: String?
  /// The text of the error below this one, if any.
  public let cause: String?

  public init(
    _ kind: Kind, code: String, _ message: String, remedy: String, at location: String? = nil,
    cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.remedy = remedy
    self.location = location
    self.cause = cause.map { SystemErrors.text(of: $0) }
  }

  /// `LOCATION: MESSAGE (CODE). REMEDY [cause: …]`, on one line.
  public var description: String {
    let place = location.map { "\($0): " } ?? ""
    let because = cause.map { " [cause: \($0)]" } ?? ""
    return "\(place)\(message) (\(code)). \(remedy)\(because)"
  }
}
