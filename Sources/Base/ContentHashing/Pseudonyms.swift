import Foundation

/// What stands for identifiers in everything that is written: keyed hashes, or the identifiers
/// themselves.
///
/// A pseudonym is HMAC-SHA-256 (RFC 2104) of `KIND NUL VALUE` under the key, its first 128 bits in
/// lower-case hexadecimal. The same value has the same pseudonym wherever it occurs, and without the
/// key there is no way to try values out.
package struct Pseudonyms: Sendable {
  /// What an identifier names; values of different kinds never share a pseudonym.
  package enum Kind: String, Sendable {
    case patient
    case study
    case series
    /// A path relative to the folder of its collection.
    case source
  }

  /// Every identifier stands for itself.
  package static let none = Pseudonyms(key: nil)

  private let key: [UInt8]?

  private init(key: [UInt8]?) { self.key = key }

  /// - Parameter key: of any length.
  package init(key: [UInt8]) { self.key = key }

  /// Whether identifiers are replaced.
  package var areUsed: Bool { key != nil }

  /// The pseudonym of a value; the value itself where identifiers are not replaced.
  package func name(of value: String, _ kind: Kind) -> String {
    guard let key else { return value }
    var message = "\(kind.rawValue)\0\(value)"
    let code = message.withUTF8 { HMACSHA256.code(of: UnsafeRawBufferPointer($0), key: key) }
    return code[..<16].withUnsafeBytes { SHA256Digest.text($0) }
  }

  /// Where a file of a collection is said to be: its path, or its pseudonym in the path's place.
  ///
  /// - Parameter file: relative to `root`.
  package func location(of file: String, in root: URL) -> String {
    root.appendingPathComponent(name(of: file, .source)).path
  }
}
