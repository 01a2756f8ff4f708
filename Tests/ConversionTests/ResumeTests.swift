import ArtifactTables
import Conversion
import Diagnostics
import Foundation
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
    _ bench: Bench, into staging: URL, previous: URL? = nil, threads: Int = 2, stopAfter: Int? = nil
  ) throws -> ConversionSummary {
    let cancellation = Cancellation()
    let progress: any Diagnostics.ProgressReporting =
      stopAfter.map { StopAfter(slices: $0, cancellation: cancellation) } ?? SilentProgress()
    return try Converter.convert(
      collection: bench.collection, parameters, into: staging, previous: previous,
      context: JobContext(
        logger: Logger(label: "test"), progress: progress, cancellation: cancellation,
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

    // The file that was too short is repaired, another loses bytes: both shards change.
    short.missing = 0
    try bench.add(short)
    let mended = bench.root.appendingPathComponent("mended")
    let summary = try convert(bench, into: mended, previous: third)
    #expect(summary.shardsConverted == 1 && summary.slices == 32)
    #expect(try SliceTable(artifact: mended).rows.contains { $0.id == "ID_short" })
  }
}
