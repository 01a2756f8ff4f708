/// The one rule for what can be the ID of a slice, from the header and the label CSV to the tar
/// member and the submission.
package enum SliceName {
  /// Room for “.png” in a tar header.
  package static let longest = TarWriter.nameLimit - 4

  /// Letters, digits, dot, hyphen and underscore, not starting with a dot: UIDs, RSNA's IDs, and
  /// what others made of theirs.
  package static func isUsable(_ id: some Collection<UInt8>) -> Bool {
    guard (1...longest).contains(id.count), id.first != UInt8(ascii: ".") else { return false }
    return id.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
