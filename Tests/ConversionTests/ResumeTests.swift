import ArtifactTables
import Conversion
import Diagnostics
import Foundation
import LogCapture
import Logging
import PipelineConfiguration
import Testing

/// Stops the job after a number of slices, as a signal would.
private struct StopAfter: Diagnostics.ProgressReporting {
  let slices: Int
  let cancellation: Cancellation
  func report(completed: Int, total: Int?, unit: String, detail: String) {
    if unit == "slices" && completed >= slices { cancellation.request(signal: 2) }
  }
}

@Suite struct ResumeTests {
  private let parameters = ConvertParameters(sizes: [8, 4], shardSlices: 8)

  private func convert(
    _ bench: Bench, into staging: URL, previous: URL? = nil, madeBy maker: URL? = nil,
    threads: Int = 2, stopAfter: Int? = nil, logger: Logger = Logger(label: "test")
  ) throws -> ConversionSummary {
    let cancellation = Cancellation()
    let progress: any Diagnostics.ProgressReporting =
      stopAfter.map { StopAfter(slices: $0, cancellation: cancellation) } ?? SilentProgress()
    return try Converter.convert(
      collection: bench.collection, parameters, into: staging, previous: previous,
      madeBy: maker,
      context: JobContext(
        logger: logger, progress: progress, cancellation: cancellation,
        threads: threads))
  }

  @Test func theResultDependsNeitherOnThreadsNorOnInterruptions() throws {
    let bench = try Bench()
    try bench.add(studies: 0..<10, slices: 6)
    var short = CTFile("ID_short")
    short.missing = 2
    try bench.add(short)
    let once = bench.root.appendingPathComponent("once")
    let summary = try convert(bench, into: once, threads: 1)
    #expect(summary.slices == 60 && summary.shardsConverted == 8)
    let expected = try Bench.contents(once)
    let again = bench.root.appendingPathComponent("again")
    _ = try convert(bench, into: again, threads: 3)
    #expect(try Bench.contents(again) == expected)
    let staged = bench.staging
    #expect(throws: CancelledBySignal.self) { try convert(bench, into: staged, stopAfter: 30) }
    #expect(
      !FileManager.default.fileExists(atPath: staged.appendingPathComponent("slices.csv").path))
    let resumed = try convert(bench, into: staged)
    #expect(resumed.shardsResumed > 0 && resumed.shardsConverted > 0)
    #expect(resumed.shardsResumed + resumed.shardsConverted == 8)
    #expect(try Bench.contents(staged) == expected)
  }

  @Test func aShardThatIsNotWholeIsMadeAgain() throws {
    let bench = try Bench()
    try bench.add(studies: 0..<6, slices: 4)
    _ = try convert(bench, into: bench.staging)
    let expected = try Bench.contents(bench.staging)
    let shard = try #require(expected.keys.filter { $0.hasPrefix("4/") }.sorted().first)
    let file = bench.staging.appendingPathComponent(shard)
    try #require(expected[shard]).dropLast(512).write(to: file)
    let summary = try convert(bench, into: bench.staging)
    #expect(summary.shardsConverted == 1)
    #expect(try Bench.contents(bench.staging) == expected)
  }

  /// What a file of a finished shard may have become by the time that a conversion is resumed.
  enum Damage: String, CaseIterable {
    case zeroedShard, flippedPicture, flippedTarHeader, flippedRows, flippedChecksums
  }

  @Test(arguments: Damage.allCases)
  func aDamagedFinishedShardIsMadeAgain(_ damage: Damage) throws {
    let bench = try Bench()
    try bench.add(studies: 0..<6, slices: 4)
    _ = try convert(bench, into: bench.staging)
    let expected = try Bench.contents(bench.staging)
    let shard = try #require(expected.keys.filter { $0.hasPrefix("4/") }.sorted().first)
    let number = try #require(Int(shard.dropFirst("4/shard-".count).dropLast(".tar".count)))
    let (path, place): (String, Int?) =
      switch damage {
      case .zeroedShard: (shard, nil)
      case .flippedPicture: (shard, 530)
      case .flippedTarHeader: (shard, 3)
      case .flippedRows: (".rows/\(number).slices.csv", 150)
      case .flippedChecksums: (".rows/\(number).crc32", 2)
      }
    let file = bench.staging.appendingPathComponent(path)
    var bytes = try Data(contentsOf: file)
    if let place { bytes[place] ^= 1 } else { bytes = Data(count: bytes.count) }
    try bytes.write(to: file)
    let lines = LoggedLines()
    let summary = try convert(bench, into: bench.staging, logger: lines.logger)
    #expect(summary.shardsConverted == 1)
    #expect(try Bench.contents(bench.staging) == expected)
    #expect(
      lines.texts.contains { $0.contains("damaged and is made again") && $0.contains(path) },
      "\(lines.texts)")
  }

  @Test func aDamagedShardOfTheEarlierArtifactIsMadeAgain() throws {
    let bench = try Bench()
    try bench.add(studies: 0..<6, slices: 4)
    let first = bench.root.appendingPathComponent("first")
    let whole = try convert(bench, into: first)
    try Bench.publish(first)
    let expected = try Bench.contents(first)
    let shard = try #require(expected.keys.filter { $0.hasPrefix("8/") }.sorted().first)
    var bytes = try #require(expected[shard])
    bytes[600] ^= 4
    try bytes.write(to: first.appendingPathComponent(shard))
    let lines = LoggedLines()
    let second = bench.root.appendingPathComponent("second")
    let mended = try convert(bench, into: second, previous: first, logger: lines.logger)
    #expect(mended.shardsConverted == 1)
    #expect(mended.shardsReused == whole.shardsConverted - 1)
    #expect(try Bench.contents(second) == expected)
    #expect(lines.texts.contains { $0.contains(shard) })
  }

  /// A wrong patient in the index would be taken over along with the shard.
  @Test(arguments: ["slices.csv", "quirks.csv"])
  func nothingIsTakenOverByADamagedTable(_ name: String) throws {
    let bench = try Bench()
    try bench.add(studies: 0..<6, slices: 4)
    let first = bench.root.appendingPathComponent("first")
    let whole = try convert(bench, into: first)
    try Bench.publish(first)
    let expected = try Bench.contents(first)
    var text = String(decoding: try #require(expected[name]), as: UTF8.self)
    if name == "slices.csv" { text.replace("ID_p3", with: "ID_p2") } else { text += "\n" }
    try Data(text.utf8).write(to: first.appendingPathComponent(name))
    let lines = LoggedLines()
    let second = bench.root.appendingPathComponent("second")
    let mended = try convert(bench, into: second, previous: first, logger: lines.logger)
    #expect(mended.shardsConverted == whole.shardsConverted && mended.shardsReused == 0)
    #expect(try Bench.contents(second) == expected)
    #expect(lines.texts.contains { $0.contains("nothing of it is taken over") })
  }

  @Test(arguments: ["pixels", "header", "extra"])
  func aFileThatItsMakerDidNotMakeIsRefused(_ damage: String) throws {
    let bench = try Bench()
    try bench.add(studies: 0..<2, slices: 3)
    // The manifest lists `dicom/0/0.dcm`, as the phantom's lists `train/ID.dcm`.
    try Bench.publish(bench.root)
    _ = try convert(bench, into: bench.staging, madeBy: bench.root)
    let file = bench.collection.appendingPathComponent("1/2.dcm")
    var bytes = try Data(contentsOf: file)
    switch damage {
    case "pixels": bytes[bytes.count - 20] ^= 1
    // No longer a CT image: without the manifest, it would be left out.
    case "header": bytes.replaceSubrange(128..<132, with: Data("DICN".utf8))
    default: try bench.add(CTFile("ID_more"), "more.dcm")
    }
    try bytes.write(to: file)
    let error = #expect(throws: IchorError.self) {
      try convert(bench, into: bench.root.appendingPathComponent("again"), madeBy: bench.root)
    }
    let name = damage == "extra" ? "dicom/more.dcm" : "dicom/1/2.dcm"
    #expect(error?.kind == .badData && error?.code == "artifact-changed")
    #expect(error?.message.contains(name) == true)
    #expect(error?.location?.hasSuffix(name) == true)
  }

  @Test func onlyShardsOfChangedStudiesAreMadeAnew() throws {
    let bench = try Bench()
    // 4 shards for 25 to 32 slices.
    try bench.add(studies: 0..<7, slices: 4)
    var short = CTFile("ID_short")
    short.missing = 2
    (short.study, short.series) = ("ID_st3", "ID_se3")
    try bench.add(short)
    let first = bench.root.appendingPathComponent("first")
    let whole = try convert(bench, into: first)
    #expect(whole.slicesConverted == 29)
    try Bench.publish(first)
    let second = bench.root.appendingPathComponent("second")
    let same = try convert(bench, into: second, previous: first)
    #expect(same.shardsConverted + same.slicesConverted == 0)
    #expect(try Bench.contents(second) == Bench.contents(first))

    try bench.add(studies: 7..<8, slices: 3)
    let third = bench.root.appendingPathComponent("third")
    let grown = try convert(bench, into: third, previous: first)
    #expect(grown.shardsConverted == 1 && grown.shardsReused == 3)
    let fresh = bench.root.appendingPathComponent("fresh")
    _ = try convert(bench, into: fresh)
    #expect(try Bench.contents(third) == Bench.contents(fresh))

    try Bench.publish(third)
    // The file that was too short is repaired, another loses bytes: both shards change.
    short.missing = 0
    try bench.add(short)
    let mended = bench.root.appendingPathComponent("mended")
    let summary = try convert(bench, into: mended, previous: third)
    #expect(summary.shardsConverted == 1 && summary.slices == 32)
    #expect(try SliceTable(artifact: mended).rows.contains { $0.id == "ID_short" })
  }
}
