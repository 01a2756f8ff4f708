import ContentHashing
import DurableFiles
import Foundation

/// A checksum inside a JSON object, over all of the file's other bytes.
extension CanonicalJSON {
  private static let sealKey = "checksum"
  private static let sealLength = 16
  private static let blank = String(repeating: "0", count: sealLength)

  /// Writes an object with its checksum, by rename; `read` compares the two.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where it can't be written;
  ///   `EncodingError` for a number that is not finite.
  package static func writeSealed(_ value: some Encodable, to file: URL) throws {
    guard case .object(var members) = try JSONValue(encoding: value) else {
      preconditionFailure("only an object has a place for its checksum")
    }
    members[sealKey] = .string(blank)
    var data = try encode(JSONValue.object(members))
    guard let place = seal(in: data) else { preconditionFailure("the seal was just written") }
    data.replaceSubrange(place, with: Data(checksum(of: data).utf8))
    try DurableFile.write(data, to: file)
  }

  /// Whether the file is what was written; one without a checksum may be.
  static func isWhole(_ data: Data) -> Bool {
    guard let place = seal(in: data) else { return true }
    var unsealed = data
    unsealed.replaceSubrange(place, with: Data(blank.utf8))
    return data[place].elementsEqual(checksum(of: unsealed).utf8)
  }

  /// Where the digits of the checksum stand.
  private static func seal(in data: Data) -> Range<Data.Index>? {
    guard let key = data.range(of: Data("\"\(sealKey)\" : \"".utf8)) else { return nil }
    let end = data.index(key.upperBound, offsetBy: sealLength, limitedBy: data.endIndex)
    return end.map { key.upperBound..<$0 }
  }

  private static func checksum(of data: Data) -> String {
    String(ContentHash.sha256(of: data).prefix(sealLength))
  }
}
