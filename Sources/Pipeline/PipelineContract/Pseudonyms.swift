import Foundation

/// What stands for identifiers in everything that is written: a keyed hash of each, or itself.
///
/// A pseudonym is HMAC-SHA-256 (RFC 2104) of `KIND NUL VALUE` under the key, its first 128 bits in
/// lower-case hexadecimal. The same value has the same pseudonym wherever it occurs, and without the
/// key there is no way to try values out.
package struct Pseudonyms: Sendable {
  /// What an identifier is of; values of two kinds never share a pseudonym.
  package enum Kind: String, Sendable {
    case patient
    case study
    case series
    /// A path relative to the folder of its collection.
    case source
  }

  /// Every identifier stands for itself.
  package static let none = Pseudonyms(pads: nil)

  /// SHA-256's block length in bytes, to which a key is filled up.
  private static let block = 64

  private struct Pads: Sendable {
    let inner: [UInt8]
    let outer: [UInt8]
  }

  private let pads: Pads?

  private init(pads: Pads?) { self.pads = pads }

  /// - Parameter key: of any length.
  package init(key: [UInt8]) {
    var filled = key
    if key.count > Self.block {
      let digest = SHA256Digest()
      key.withUnsafeBytes { digest.update($0) }
      filled = digest.finishBytes()
    }
    filled += [UInt8](repeating: 0, count: Self.block - filled.count)
    pads = Pads(inner: filled.map { $0 ^ 0x36 }, outer: filled.map { $0 ^ 0x5C })
  }

  /// Whether identifiers are replaced.
  package var areUsed: Bool { pads != nil }

  /// The pseudonym of a value; the value itself where identifiers are not replaced.
  package func name(of value: String, _ kind: Kind) -> String {
    guard let pads else { return value }
    var value = value
    return value.withUTF8 { SHA256Digest.text(Self.pseudonym(of: $0, kind, pads)) }
  }

  /// Where a file of a collection is said to be: its path, or its pseudonym in the path's place.
  ///
  /// - Parameter file: relative to `root`.
  package func location(of file: String, in root: URL) -> String {
    root.appendingPathComponent(name(of: file, .source)).path
  }

  private static func pseudonym(
    of value: UnsafeBufferPointer<UInt8>, _ kind: Kind, _ pads: Pads
  ) -> ArraySlice<UInt8> {
    let inner = SHA256Digest()
    pads.inner.withUnsafeBytes { inner.update($0) }
    inner.update("\(kind.rawValue)\0")
    inner.update(UnsafeRawBufferPointer(value))
    let outer = SHA256Digest()
    pads.outer.withUnsafeBytes { outer.update($0) }
    inner.finishBytes().withUnsafeBytes { outer.update($0) }
    return outer.finishBytes()[..<16]
  }
}
