import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

extension JSONValue {
  /// The value on one line, keys sorted.
  ///
  /// - Throws: `EncodingError` for a number that is not finite.
  package var line: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// JSON whose bytes depend on the value alone: sorted keys, plain slashes, a newline at the end.
package enum CanonicalJSON {
  /// - Throws: `EncodingError` for a number that is not finite.
  package static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    return data
  }

  /// Writes by rename, so that a reader sees the old file, the new one, or none.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written;
  ///   what `encode` throws.
  package static func write(_ value: some Encodable, to file: URL) throws {
    try DurableFile.write(try encode(value), to: file)
  }

  /// The value of a file that may be missing or damaged, `nil` then. A file that is there and cannot
  /// be read is neither.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where it may not be read, `.inputOutput` where the disk
  ///   fails.
  package static func readIfWhole<Value: Decodable>(
    _ type: Value.Type, from file: URL
  ) throws -> Value? {
    // Looked for first: it may appear between a read that fails and a look.
    if try FileStatus.of(file) == nil { return nil }
    do {
      return try read(type, from: file)
    } catch let error as IchorError {
      if error.kind == .badData { return nil }
      if try error.kind == .inputMissing && FileStatus.of(file) == nil { return nil }
      throw error
    }
  }

  /// - Throws: `IchorError`: `.inputMissing` where there is no such file or it may not be read,
  ///   `.inputOutput` where the disk fails, `.badData` where it is not the expected JSON.
  package static func read<Value: Decodable>(_ type: Value.Type, from file: URL) throws -> Value {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      let kind = IchorError.Kind(reading: error)
      throw IchorError(
        kind, code: "file-unreadable", "\(file.lastPathComponent) cannot be read",
        remedy: kind == .inputMissing
          ? "Run the stage that writes it again." : "Check the disk that it is on.",
        at: file.path, cause: error)
    }
    func damaged(_ cause: (any Error)? = nil) -> IchorError {
      IchorError(
        .badData, code: "json-malformed", "\(file.lastPathComponent) is not what its writer wrote",
        remedy: "Delete the artifact with “./ichor clean” and run its stage again.", at: file.path,
        cause: cause)
    }
    guard isWhole(data) else { throw damaged() }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw damaged(error)
    }
  }
}
