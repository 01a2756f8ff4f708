import Diagnostics
import Foundation
import OperatingSystem

/// The text of a configuration, bounded before YAML is made of it.
enum ConfigurationText {
  /// In bytes, with every alias written out; a hundred times what any configuration has.
  static let limit = 1 << 20

  /// Reads a file.
  ///
  /// - Throws: `IchorError`: `.inputMissing` or `.inputOutput` where it cannot be read,
  ///   `.configuration` where it is too long or not UTF-8.
  static func read(_ file: URL) throws -> String {
    let bytes: [UInt8]
    do {
      bytes = try OpenFile(file.path, O_RDONLY).contents(atMost: limit + 1)
    } catch {
      let kind = IchorError.Kind(reading: error)
      throw IchorError(
        kind, code: "configuration-unreadable", "The configuration cannot be read",
        remedy: kind == .inputMissing
          ? "Give --config a YAML file in UTF-8." : "Check the disk that it is on.",
        at: file.path, cause: error)
    }
    guard bytes.count <= limit else {
      throw IchorError(
        .configuration, code: "yaml-too-large",
        "The file has more than \(Quantity.binarySize(limit))",
        remedy: "Check that it is the configuration.", at: file.path)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw IchorError(
        .configuration, code: "configuration-not-utf8", "The configuration is not UTF-8",
        remedy: "Save it as UTF-8 text.", at: file.path)
    }
    return text
  }

  /// Refuses a text that grows beyond the limit where its aliases are written out: the YAML library
  /// walks keys in that form, and aliases of aliases double it at each step.
  ///
  /// - Throws: `IchorError(.configuration)` with the line.
  static func checkExpansion(of text: String, origin: (_ line: Int?) -> ConfigurationNode.Origin)
    throws
  {
    var expansion = AliasExpansion(limit: limit)
    for (number, line) in text.utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      guard expansion.add(Array(line)) else {
        throw IchorError(
          .configuration, code: "yaml-too-large",
          "With its aliases written out, the configuration has more than \(Quantity.binarySize(limit))",
          remedy: "Look for aliases that repeat each other.", at: origin(number + 1).place)
      }
    }
  }
}
