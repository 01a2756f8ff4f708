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
import Testing

@Suite struct ConversionTests {
  private let parameters = ConvertParameters(sizes: [8, 4])

  @discardableResult
  private func convert(
    _ bench: Bench, _ parameters: ConvertParameters? = nil, threads: Int = 2
  ) throws -> ConversionSummary {
    try Converter.convert(
      collection: bench.collection, parameters ?? self.parameters, into: bench.staging,
      context: JobContext(logger: Logger(label: "test"), threads: threads))
  }

  private func failure(_ bench: Bench, _ parameters: ConvertParameters? = nil) -> IchorError? {
    #expect(throws: IchorError.self) { try convert(bench, parameters) }
  }

  @Test func pixelsAreTheWindowedHounsfieldUnits() throws {
    let bench = try Bench()
    // 1064 - 1024 = 40 HU: brain 127.5 -> 128, subdural (40+20)/200*255 = 76.5 -> 77,
    // soft (40+150)/380*255 = 127.5 -> 128.
    try bench.add(CTFile("ID_a"))
    try convert(bench)
    let table = try SliceTable(artifact: bench.staging)
    let reader = ShardReader(artifact: bench.staging)
    for size in [8, 4] {
      let image = try PNGDecoder.decode(
        try reader.png(of: try #require(table.rows.first), size: size, in: table.sizes))
      #expect(image.format == PNGFormat(width: size, height: size, pixel: .rgb8))
      #expect(image.pixels == (0..<size * size).flatMap { _ in [128, 77, 128] as [UInt8] })
    }
    try convert(bench, ConvertParameters(sizes: [8], content: .windows([.subdural])))
    let grey = try SliceTable(artifact: bench.staging)
    let image = try PNGDecoder.decode(
      try ShardReader(artifact: bench.staging)
        .png(of: try #require(grey.rows.first), size: 8, in: grey.sizes))
    // Nothing is left of the earlier sizes.
    #expect(
      try Bench.contents(bench.staging).keys.sorted() == [
        "8/shard-00000.tar", "preview.png", "quirks.csv", "slices.csv",
      ])
    #expect(image.format.pixel == .grey8)
    #expect(image.pixels.allSatisfy { $0 == 77 })
  }

  @Test func hounsfieldUnitsCanBeKept() throws {
    let bench = try Bench()
    try bench.add(CTFile("ID_a"))
    var air = CTFile("ID_b", z: 1, value: 0)
    air.intercept = "-2000"
    try bench.add(air)
    try convert(bench, ConvertParameters(sizes: [8, 4], content: .hounsfieldUnits))
    let table = try SliceTable(artifact: bench.staging)
    let reader = ShardReader(artifact: bench.staging)
    for (row, expected) in zip(table.rows, [1064, 0] as [UInt16]) {
      for size in [8, 4] {
        let image = try PNGDecoder.decode(try reader.png(of: row, size: size, in: table.sizes))
        #expect(image.format == PNGFormat(width: size, height: size, pixel: .grey16))
        let samples = image.pixels.withUnsafeBytes { [UInt16]($0.bindMemory(to: UInt16.self)) }
        #expect(samples.allSatisfy { $0 == expected })
      }
    }
    // The contact sheet shows the brain window: 40 HU is 128, air is black.
    let preview = try PNGDecoder.decode(
      [UInt8](try Data(contentsOf: bench.staging.appendingPathComponent("preview.png"))))
    #expect(preview.format == PNGFormat(width: 18, height: 8, pixel: .grey8))
    #expect(preview.pixels[..<8].allSatisfy { $0 == 128 })
    #expect(preview.pixels[8..<18].allSatisfy { $0 == 0 })
    #expect(failure(bench, ConvertParameters(content: .windows([])))?.kind == .configuration)
  }

  @Test func slicesAreOrderedAlongTheNormal() throws {
    let bench = try Bench()
    for (id, z) in [("ID_c", 5.0), ("ID_a", -2.5), ("ID_b", 10), ("ID_d", 5)] {
      try bench.add(CTFile(id, z: z))
    }
    // Coronal: rows along x, columns along -z; the normal x cross -z is +y.
    for (id, y) in [("ID_f", 30.0), ("ID_e", 7)] {
      var file = CTFile(id)
      file.series = "ID_se2"
      file.orientation = "1\\0\\0\\0\\0\\-1"
      file.position = [0, y, 99]
      try bench.add(file)
    }
    let summary = try convert(bench)
    let rows = try SliceTable(artifact: bench.staging).rows
    #expect(rows.map(\.id) == ["ID_a", "ID_c", "ID_d", "ID_b", "ID_e", "ID_f"])
    #expect(rows.map(\.position) == [-2.5, 5, 5, 10, 7, 30])
    #expect(rows[0].bits == "12u" && rows[0].source == "ID_a.dcm")
    #expect(rows[0].spacing == SliceRow.Spacing(row: 0.488281, column: 0.5))
    let hash = try ContentHash.sha256(
      contentsOf: bench.collection.appendingPathComponent("ID_a.dcm"))
    #expect(rows[0].sha256 == hash)
    #expect(summary.slices == 6 && summary.series == 2 && summary.patients == 1)
    let preview = try PNGDecoder.decode(
      [UInt8](try Data(contentsOf: bench.staging.appendingPathComponent("preview.png"))))
    #expect(preview.format == PNGFormat(width: 6 * 8 + 5 * 2, height: 8, pixel: .grey8))
  }

  @Test func everyFileNotTakenAsItIsHasARow() throws {
    let bench = try Bench()
    try bench.add(CTFile("ID_ok"))
    try bench.add(CTFile("ID_ok"), "copy/same")
    var short = CTFile("ID_short")
    short.missing = 100
    try bench.add(short)
    // Stored 3136 is air wrapped around: (3136 + 1000) mod 4096 - 1000 = -960 HU.
    var wrapped = CTFile("ID_wrapped", z: 1, value: 3136)
    wrapped.intercept = "1"
    try bench.add(wrapped)
    var magnetic = CTFile("ID_mr")
    magnetic.modality = "MR"
    try bench.add(magnetic)
    var scout = CTFile("ID_scout")
    scout.imageType = "ORIGINAL\\PRIMARY\\LOCALIZER"
    try bench.add(scout)
    var flat = CTFile("ID_flat", z: 2)
    flat.columns = 4
    try bench.add(flat)
    var anonymous = CTFile("ID_anon", z: 3)
    (anonymous.patient, anonymous.position) = ("", nil)
    try bench.add(anonymous)
    try bench.add(CTFile("../escape"), "escape.dcm")
    try bench.add(Data("no DICOM".utf8), "README")
    try bench.add(Data(), "ignored.txt")
    let summary = try convert(bench)
    let quirks = try QuirkTable.read(artifact: bench.staging)
    #expect(
      quirks.map { "\($0.file) \($0.id) \($0.code.rawValue) \($0.action.rawValue)" } == [
        "ID_anon.dcm ID_anon geometry-missing kept", "ID_anon.dcm ID_anon patient-missing kept",
        "ID_flat.dcm ID_flat not-square kept", "ID_mr.dcm ID_mr not-ct excluded",
        "ID_scout.dcm ID_scout localizer excluded",
        "ID_short.dcm ID_short pixel-data-short excluded",
        "ID_wrapped.dcm ID_wrapped wrapped-12-bit repaired", "README  unreadable excluded",
        "copy/same ID_ok duplicate-sop-instance excluded",
        "escape.dcm  identifier-unusable excluded",
      ])
    #expect(quirks.first { $0.file == "README" }?.detail.hasPrefix("not-dicom: ") == true)
    let table = try SliceTable(artifact: bench.staging)
    #expect(table.rows.map(\.id) == ["ID_anon", "ID_ok", "ID_wrapped", "ID_flat"])
    #expect(table.rows[1].source == "ID_ok.dcm")
    #expect(table.rows[0].patient == "ID_st1")
    #expect(table.rows[2].repairs == ["wrapped-12-bit"])
    let air = try PNGDecoder.decode(
      try ShardReader(artifact: bench.staging).png(of: table.rows[2], size: 4, in: table.sizes))
    #expect(air.pixels.allSatisfy { $0 == 0 })
    #expect(summary.excluded == 6 && summary.slices == 4)
    #expect(summary.quirks[.pixelDataShort] == 1 && summary.quirks[.encodingOdd] == nil)
    let plain = ConvertParameters(sizes: [8, 4], repairs: [])
    try convert(bench, plain)
    let unrepaired = try QuirkTable.read(artifact: bench.staging).filter {
      $0.code == .wrapped12Bit
    }
    #expect(unrepaired.map(\.action) == [.kept])
  }

  /// A name may be spelled in two ways, and some file systems change the spelling.
  @Test func quirksAreOrderedAsTheirNames() throws {
    let bench = try Bench()
    try bench.add(CTFile("ID_a"))
    for name in ["é 2", "e\u{301} 1", "e\u{301} 3", "f", "a\u{30A}", "Z", "z/é", "z.1", "日本"] {
      try bench.add(Data("no DICOM".utf8), name)
    }
    try convert(bench)
    let quirks = try QuirkTable.read(artifact: bench.staging)
    #expect(quirks.count == 9)
    #expect(quirks == quirks.sorted(by: QuirkRow.precedes))
  }

  @Test func collectionsThatCannotBeConvertedAreNamed() throws {
    let bench = try Bench()
    #expect(failure(bench)?.code == "collection-empty")
    #expect(failure(bench)?.kind == .inputMissing)
    try bench.add(Data("x".utf8), "a.dcm")
    #expect(failure(bench)?.code == "no-slices")
    try FileManager.default.removeItem(at: bench.collection)
    #expect(failure(bench)?.code == "collection-missing")
    #expect(failure(bench)?.kind == .inputMissing)
  }

  @Test func duplicatesThatDifferAndCountsThatDifferAreErrors() throws {
    let bench = try Bench()
    try bench.add(CTFile("ID_a"))
    let expecting = ConvertParameters(sizes: [8, 4], expect: ["pixel-data-short": 1])
    let count = failure(bench, expecting)
    #expect(count?.code == "quirk-count-differs" && count?.kind == .badData)
    #expect(count?.message == "0 files have the quirk pixel-data-short, expected 1")
    #expect(failure(bench, ConvertParameters(sizes: [8], expect: ["x": 1]))?.kind == .configuration)
    try bench.add(CTFile("ID_a", value: 1065), "b.dcm")
    let conflict = failure(bench)
    #expect(conflict?.code == "duplicate-id-conflict")
    #expect(conflict?.message.contains("ID_a.dcm and b.dcm") == true)
    for number in 0..<24 {
      try bench.add(CTFile("ID_a", value: UInt16(1066 + number)), "c\(10 + number).dcm")
    }
    let all = failure(bench)?.message
    #expect(all?.hasPrefix("25 files have the ID of another and different content:") == true)
    #expect(
      all?.contains("c28.dcm") == true && all?.hasSuffix("; and 5 more") == true, "\(all ?? "")")
  }
}
