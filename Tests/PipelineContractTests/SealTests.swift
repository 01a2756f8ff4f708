import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing

/// The checksum inside a JSON file.
@Suite struct SealTests {
  private let folder: TemporaryFolder
  private let file: URL

  init() throws {
    folder = try TemporaryFolder()
    file = folder.url.appendingPathComponent("run.json")
    try CanonicalJSON.writeSealed(
      ["name": "value", "number": "3"], to: file)
  }

  private func read() throws -> [String: String] {
    try CanonicalJSON.read([String: String].self, from: file)
  }

  /// SHA-256 of the same text with sixteen zeros in place of the checksum, by sha256sum(1).
  @Test func theChecksumIsThatOfTheRestOfTheFile() throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    let digits = try #require(text.firstMatch(of: #/"checksum" : "([0-9a-f]{16})"/#)?.1)
    let blank = text.replacing(digits, with: "0000000000000000")
    #expect(
      blank
        == """
        {
          "checksum" : "0000000000000000",
          "name" : "value",
          "number" : "3"
        }

        """)
    #expect(digits == "9c3e32a5cab47e21")
    #expect(try read()["name"] == "value")
  }

  /// A flipped bit is found, or changes nothing that is read.
  @Test func noFlippedBitChangesAValue() throws {
    let whole = try Data(contentsOf: file)
    let values = try read()
    var unnoticed = 0
    for place in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[place] ^= 1 << bit
        try damaged.write(to: file)
        do {
          let found = try read()
          // The seal's own name may have gone: then there is nothing to compare with.
          #expect(found["name"] == values["name"] && found["number"] == values["number"])
          unnoticed += 1
        } catch let error as IchorError {
          #expect(error.kind == .badData && error.location == file.path)
        }
      }
    }
    #expect(unnoticed <= 8 * "\"checksum\" : \"".utf8.count)
  }

  @Test func aFileWithoutAChecksumIsReadAsItIs() throws {
    try CanonicalJSON.write(["name": "other"], to: file)
    #expect(try read() == ["name": "other"])
  }
}
