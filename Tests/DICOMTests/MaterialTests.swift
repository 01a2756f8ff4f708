import Foundation
import ContentHashing
import Testing

@testable import DICOM

/// The files of `Material` and their truth tables, which hold SHA-256 of int32 and float32.
///
/// The tables were made with pydicom 3.0.2 and its plugins; `Material/README.md` names the files'
/// origins.
@Suite struct MaterialTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Material")

  /// Rows of a CSV by the names in its first line; quoted cells may hold commas.
  private func table(_ name: String) throws -> [[String: String]] {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    var rows: [[String]] = []
    for line in text.split(whereSeparator: \.isNewline) {
      var cells = [""]
      var isQuoted = false
      for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: cells.append("")
        default: cells[cells.count - 1].append(character)
        }
      }
      rows.append(cells)
    }
    let names = try #require(rows.first)
    return rows.dropFirst().map {
      Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first })
    }
  }

  private func hash<Number: BitwiseCopyable>(_ numbers: [Number]) -> String {
    numbers.withUnsafeBytes { ContentHash.sha256(of: Data($0)) }
  }

  /// The file's image; `nil` where it is refused. A file that is not there fails the test.
  private func image(_ path: String) throws -> DICOMImage? {
    do {
      return try DICOMReader.read(contentsOf: Self.folder.appendingPathComponent(path))
    } catch is DICOMError {
      return nil
    }
  }

  @Test func craftedFiles() throws {
    let rows = try table("crafted_truth.csv")
    var counts: [String: Int] = [:]
    for row in rows {
      let name = try #require(row["file"])
      let expected = try #require(row["expect"])
      let image = try image("crafted/\(name)")
      counts["\(expected) \(image == nil ? "refused" : "read")", default: 0] += 1
      switch expected {
      case "OK": #expect(image != nil, "\(name)")
      case "REJECT": #expect(image == nil, "\(name)")
      // What is odd may be refused; what is read is said to be odd.
      default: #expect(image?.quirks.isEmpty != true, "\(name)")
      }
      guard let image else { continue }
      #expect(hash(image.raw) == row["raw_i32_sha256"], "\(name)")
      // The table's HU of the wrapped file are those after the recipe's repair.
      if image.quirks != [.wrappedTwelveBit] {
        #expect(hash(image.hounsfield()) == row["hu_f32_sha256"], "\(name)")
      }
    }
    #expect(
      counts == ["OK read": 19, "REJECT refused": 47, "POLICY read": 16, "POLICY refused": 8])
  }

  @Test func transferSyntaxesOfOneSlice() throws {
    let rows = try table("transfer_syntaxes_truth.csv")
    #expect(rows.count == 11)
    for row in rows {
      let name = try #require(row["file"])
      let raw = try #require(try image("transfer_syntaxes/\(name)")).raw
      #expect(hash(raw) == row["raw_i32_sha256_source"], "\(name)")
    }
  }
}
