import Foundation
import PipelineContract
import Testing

@testable import DICOM

/// The files and truth tables beside the repository; skipped where they are not.
///
/// The tables were made with pydicom 3.0.2 and its plugins: SHA-256 of int32 and float32.
@Suite struct SharedMaterialTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/dicom")
  static let isThere = FileManager.default.fileExists(
    atPath: folder.appendingPathComponent("crafted_truth.csv").path)

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

  @Test(.enabled(if: isThere)) func craftedFiles() throws {
    let rows = try table("crafted_truth.csv")
    #expect(rows.count == 90)
    for row in rows {
      let name = try #require(row["file"])
      let file = Self.folder.appendingPathComponent("crafted/\(name)")
      let image = try? DICOMReader.read(contentsOf: file)
      let isEqual =
        image.map {
          hash($0.raw) == row["raw_i32_sha256"] && hash($0.hounsfield()) == row["hu_f32_sha256"]
        } ?? false
      switch row["expect"] {
      case "OK": #expect(isEqual, "\(name)")
      case "REJECT": #expect(image == nil, "\(name)")
      default:
        // The table's HU of the wrapped file are those after the recipe's repair.
        if image?.quirks == [.wrappedTwelveBit] {
          #expect(hash(image?.raw ?? []) == row["raw_i32_sha256"], "\(name)")
        } else if image != nil {
          #expect(isEqual && image?.quirks.isEmpty == false, "\(name)")
        }
      }
    }
  }

  @Test(.enabled(if: isThere)) func transferSyntaxesOfOneSlice() throws {
    let rows = try table("transfer_syntaxes_truth.csv")
    #expect(rows.count == 11)
    for row in rows {
      let name = try #require(row["file"])
      let file = Self.folder.appendingPathComponent("transfer_syntaxes/\(name)")
      let raw = try DICOMReader.read(contentsOf: file).raw
      #expect(hash(raw) == row["raw_i32_sha256_source"], "\(name)")
    }
  }
}
