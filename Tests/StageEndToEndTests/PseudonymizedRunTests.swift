import ContentHashing
import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("A collection whose identifiers are replaced", .serialized)
  struct PseudonymizedRunTests {
    private let convert = StageInstance(.convert, .test)

    /// A CSV's columns by name.
    private func table(_ lines: [String]) -> [[String: String]] {
      let names = lines.first?.split(separator: ",").map(String.init) ?? []
      return lines.dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return Dictionary(zip(names, cells), uniquingKeysWith: { first, _ in first })
      }
    }

    /// Files in a folder, hidden ones too, with one of the texts in their name or content.
    private func files(below folder: URL, holding texts: Set<String>) throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { path in
        if texts.contains(where: { path.contains($0) }) { return true }
        guard let data = try? Data(contentsOf: folder.appending(path: path)) else { return false }
        return texts.contains { data.range(of: Data($0.utf8)) != nil }
      }
    }

    @Test("No byte of the artifacts, of the log or of the errors is an identifier")
    func nothingIsWritten() throws {
      let plain = try TinyPipeline()
      defer { plain.remove() }
      #expect(try plain.stage(StageInstance(.phantom)).status == 0)
      let dicom = plain.layout.file(ArtifactLayout.Phantom.testDICOM, of: StageInstance(.phantom))
      #expect(try plain.stage(convert, ["--set", "data.test.dicom=\(dicom.path)"]).status == 0)
      let rows = table(try plain.lines(ArtifactLayout.Convert.slices, of: convert))
      var identifiers: Set<String> = ["Mustermann"]
      for row in rows {
        for name in ["patient", "study", "series", "source"] {
          identifiers.insert(try #require(row[name]))
        }
      }
      #expect(identifiers.count > rows.count)
      #expect(try !files(below: plain.layout.root, holding: identifiers).isEmpty)

      // The same files, and one that is refused.
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let collection = pipeline.folder.appending(path: "collection")
      try FileManager.default.copyItem(at: dicom, to: collection)
      try Data("Mustermann".utf8).write(to: collection.appending(path: "Mustermann.dcm"))
      let key = pipeline.folder.appending(path: "key")
      try Data((0..<32).map { UInt8($0) }).write(to: key)
      let arguments = [
        "--set", "data.test.dicom=\(collection.path)",
        "--set", "convert.pseudonymize.key_file=\(key.path)", "--progress", "plain",
      ]
      for (mode, status) in [(0o644, 78), (0o600, 0)] as [(Int, Int32)] {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key.path)
        let run = try pipeline.stage(convert, arguments)
        #expect(run.status == status, "\(run)")
        if status == 0 {
          // The junk, and the slice that every phantom has cut short.
          let manifest = try pipeline.manifest(convert)
          #expect(manifest.counts?["slices"] == rows.count)
          #expect(manifest.counts?["quirk.unreadable"] == 1)
          #expect(manifest.counts?["quirk.pixel-data-short"] == 1)
          #expect(run.output.contains("pixel-data-short 1"), "\(run)")
        }
        if status == 78 {
          #expect(run.errorLines.contains { $0.contains("key-not-private") }, "\(run)")
        }
        for identifier in identifiers {
          #expect(!run.output.contains(identifier) && !run.errors.contains(identifier))
        }
      }
      #expect(try files(below: pipeline.layout.root, holding: identifiers) == [])
      let hidden = table(try pipeline.lines(ArtifactLayout.Convert.slices, of: convert))
      #expect(Set(hidden.map { $0["id"] }) == Set(rows.map { $0["id"] }))
      let pseudonyms = Pseudonyms(key: (0..<32).map { UInt8($0) })
      for row in rows {
        let twin = try #require(hidden.first { $0["id"] == row["id"] })
        #expect(twin["patient"] == pseudonyms.name(of: row["patient"] ?? "", .patient))
        #expect(twin["source"] == pseudonyms.name(of: row["source"] ?? "", .source))
      }

      // A run that fails does not name any either, nor does what it leaves behind.
      let name = try #require(rows.first?["source"])
      let first = try Data(contentsOf: collection.appending(path: name))
      try (first + Data(count: 2)).write(to: collection.appending(path: "Mustermann.dcm"))
      let failed = try pipeline.stage(convert, arguments)
      #expect(failed.status == 65 && failed.errors.contains("duplicate-id-conflict"), "\(failed)")
      for identifier in identifiers { #expect(!failed.errors.contains(identifier)) }
      #expect(try files(below: pipeline.layout.root, holding: identifiers) == [])
    }
  }
}
