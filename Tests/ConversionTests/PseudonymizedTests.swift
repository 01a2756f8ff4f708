import ArtifactTables
import ContentHashing
import Conversion
import Diagnostics
import Foundation
import Logging
import PNG
import PipelineConfiguration
import PipelineContract
import SliceShards
import TestFolders
import Testing

/// Collections whose identifiers must not reach the artifacts.
@Suite struct PseudonymizedTests {
  private let parameters = ConvertParameters(
    sizes: [8, 4], pseudonymize: .init(keyFile: "unread"), shardSlices: 8)
  private let pseudonyms = Pseudonyms(key: [UInt8](repeating: 9, count: 32))

  /// Words that are in every identifier of the collection, and nowhere else.
  private static let planted = ["PLANT", "plant"]

  private func convert(
    _ bench: Bench, into staging: URL, previous: URL? = nil, memory: HashMemory? = nil,
    pseudonyms: Pseudonyms? = nil
  ) throws -> ConversionSummary {
    try Converter.convert(
      collection: bench.collection, parameters, into: staging, previous: previous, memory: memory,
      pseudonyms: pseudonyms ?? self.pseudonyms,
      context: JobContext(logger: Logger(label: "test"), threads: 2))
  }

  private func file(_ id: String, study: Int, z: Double, value: UInt16 = 1064) -> CTFile {
    var file = CTFile(id, z: z, value: value)
    file.patient = "PLANT^Jane \(study)"
    (file.study, file.series) = ("1.2.3.PLANT.\(study)", "1.2.3.PLANT.\(study).7")
    return file
  }

  /// Whole studies, and files of every kind that is refused.
  private func collection() throws -> Bench {
    let bench = try Bench()
    for study in 0..<6 {
      for slice in 0..<4 {
        let value = UInt16(1040 + 8 * study + slice)
        try bench.add(
          file("ID_\(study)\(slice)", study: study, z: Double(slice), value: value),
          "PLANT^Jane/\(study) plant/\(slice).dcm")
      }
    }
    try bench.add(file("ID_00", study: 0, z: 0, value: 1040), "zPLANT copy.dcm")
    var short = file("ID_short", study: 1, z: 9)
    short.missing = 100
    try bench.add(short, "PLANT short.dcm")
    var magnetic = file("ID_mr", study: 2, z: 9)
    magnetic.modality = "MR"
    try bench.add(magnetic, "PLANT mr.dcm")
    try bench.add(file("PLANT^Jane", study: 2, z: 9), "PLANT id.dcm")
    var named = file("PLANT^Jane", study: 2, z: 9)
    named.missing = 100
    try bench.add(named, "PLANT id short.dcm")
    try bench.add(Data("PLANT".utf8), "PLANT junk.dcm")
    // A syntax and a colour that are names.
    let data = file("ID_syntax", study: 3, z: 9).data
    for (index, text) in ["1.2.840.10008.1.2.1", "MONOCHROME2"].enumerated() {
      let place = try #require(data.firstRange(of: Data(text.utf8)))
      let name = String("PLANT^Jane^of^Monaco".prefix(text.utf8.count))
      var bent = data
      bent.replaceSubrange(place, with: Data(name.utf8))
      try bench.add(bent, "PLANT text \(index).dcm")
    }
    var alone = file("ID_alone", study: 4, z: 9)
    (alone.patient, alone.series, alone.position) = ("", "", nil)
    try bench.add(alone, "PLANT alone.dcm")
    return bench
  }

  private func expectNothingPlanted(
    in folder: URL, at place: SourceLocation = #_sourceLocation
  ) throws {
    var files = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      #expect(!Self.planted.contains { name.contains($0) }, "\(name)", sourceLocation: place)
      let url = folder.appendingPathComponent(name)
      guard let data = try? Data(contentsOf: url) else { continue }
      files += 1
      for word in Self.planted {
        #expect(data.range(of: Data(word.utf8)) == nil, "\(word): \(name)", sourceLocation: place)
      }
    }
    #expect(files > 4, sourceLocation: place)
  }

  @Test func noIdentifierIsWritten() throws {
    let bench = try collection()
    let layout = ArtifactLayout(root: bench.root.appendingPathComponent("artifacts"))
    let memory = HashMemory(of: bench.collection, cache: layout.cache, pseudonyms: pseudonyms)
    let staging = layout.staging(StageInstance(.convert, .train))
    let summary = try convert(bench, into: staging, memory: memory)
    #expect(summary.slices == 25 && summary.patients == 7 && summary.excluded == 8)
    // The folder with its scratch, and the cache.
    try expectNothingPlanted(in: layout.root)
    let rows = try SliceTable(artifact: staging).rows
    let first = try #require(rows.first { $0.id == "ID_31" })
    #expect(first.patient == pseudonyms.name(of: "PLANT^Jane 3", .patient))
    #expect(first.study == pseudonyms.name(of: "1.2.3.PLANT.3", .study))
    #expect(first.series == pseudonyms.name(of: "1.2.3.PLANT.3.7", .series))
    #expect(first.source == pseudonyms.name(of: "PLANT^Jane/3 plant/1.dcm", .source))
    #expect(rows == rows.sorted(by: SliceRow.precedes))
    // What stands in for what is missing is hidden as well.
    let alone = try #require(rows.first { $0.id == "ID_alone" })
    #expect(alone.patient == pseudonyms.name(of: "1.2.3.PLANT.4", .patient))
    let quirks = try QuirkTable.read(artifact: staging)
    #expect(quirks.count { $0.code == .unreadable } == 3)
    #expect(quirks.count { $0.code == .identifierUnusable } == 2)
    let copy = try #require(quirks.first { $0.code == .duplicateInstance })
    #expect(copy.file == pseudonyms.name(of: "zPLANT copy.dcm", .source))
    #expect(
      copy.detail
        == "same bytes as \(pseudonyms.name(of: "PLANT^Jane/0 plant/0.dcm", .source))")
  }

  @Test func shardsAreFoundAgain() throws {
    let bench = try collection()
    let first = bench.root.appendingPathComponent("first")
    let whole = try convert(bench, into: first)
    let resumed = try convert(bench, into: first)
    #expect(resumed.shardsResumed == whole.shardsConverted && resumed.slicesConverted == 0)
    try Bench.publish(first)
    let second = bench.root.appendingPathComponent("second")
    let reused = try convert(bench, into: second, previous: first)
    #expect(reused.shardsReused > 0 && reused.slicesConverted == 0)
    #expect(try Bench.contents(second) == Bench.contents(first))
    // Another key: nothing can be taken over.
    let third = bench.root.appendingPathComponent("third")
    let other = try convert(bench, into: third, previous: first, pseudonyms: Pseudonyms(key: [1]))
    #expect(other.shardsReused == 0 && other.slices == whole.slices)
  }

  @Test func picturesAreThoseOfTheIdentifiedCollection() throws {
    let bench = try collection()
    let hidden = bench.root.appendingPathComponent("hidden")
    _ = try convert(bench, into: hidden)
    let plain = bench.root.appendingPathComponent("plain")
    var parameters = parameters
    parameters.pseudonymize = nil
    try Converter.convert(
      collection: bench.collection, parameters, into: plain,
      context: JobContext(logger: Logger(label: "test"), threads: 1))
    let tables = try [hidden, plain].map { try SliceTable(artifact: $0) }
    let readers = [hidden, plain].map { ShardReader(artifact: $0) }
    let other = Dictionary(uniqueKeysWithValues: tables[1].rows.map { ($0.id, $0) })
    #expect(tables[0].rows.count == other.count)
    for row in tables[0].rows {
      let twin = try #require(other[row.id])
      #expect(row.sha256 == twin.sha256 && row.source != twin.source)
      #expect(
        try readers[0].png(of: row, size: 4, in: tables[0].sizes)
          == readers[1].png(of: twin, size: 4, in: tables[1].sizes))
    }
  }

  @Test func errorsNameNoIdentifier() throws {
    let bench = try collection()
    try bench.add(file("ID_00", study: 5, z: 0), "PLANT other.dcm")
    let conflict = try #require(
      #expect(throws: IchorError.self) { try convert(bench, into: bench.staging) })
    #expect(conflict.code == "duplicate-id-conflict")
    #expect(conflict.message.contains(pseudonyms.name(of: "PLANT other.dcm", .source)))
    #expect(!Self.planted.contains { "\(conflict)".contains($0) })
    // Pseudonyms that were asked for but not given are an error.
    let forgotten = #expect(throws: IchorError.self) {
      try convert(bench, into: bench.staging, pseudonyms: Pseudonyms.none)
    }
    #expect(forgotten?.kind == .internalFault)
    let deep = try DeepFolders(in: bench.collection, named: "PLANT^Jane")
    let unreadable = try #require(
      #expect(throws: IchorError.self) { try convert(bench, into: bench.staging) })
    #expect(unreadable.code == "folder-unreadable" && unreadable.kind == .inputMissing)
    #expect(unreadable.location == pseudonyms.location(of: deep.path, in: bench.collection))
    #expect(!Self.planted.contains { "\(unreadable)".contains($0) })
    let junk = try Bench()
    try junk.add(Data("PLANT".utf8), "PLANT.dcm")
    let empty = try #require(
      #expect(throws: IchorError.self) { try convert(junk, into: junk.staging) })
    #expect(empty.code == "no-slices" && !"\(empty)".contains("PLANT"))
  }
}
