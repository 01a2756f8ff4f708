import ArtifactTables
import Conversion
import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import Testing

/// Calls a body once, when all headers have been read.
private final class AfterScan: Diagnostics.ProgressReporting, @unchecked Sendable {
  private let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
  func report(completed: Int, total: Int?, unit: String, detail: String) {
    if unit == "headers", completed == total { body() }
  }
}

/// What the system does to a file is no quirk of it. Errors of disks are in `FaultTests`.
@Suite struct SystemFaultTests {
  private let parameters = ConvertParameters(sizes: [8])

  @discardableResult
  private func convert(
    _ bench: Bench, _ parameters: ConvertParameters? = nil, afterScan: @escaping () -> Void = {}
  ) throws -> ConversionSummary {
    try Converter.convert(
      collection: bench.collection, parameters ?? self.parameters, into: bench.staging,
      context: JobContext(
        logger: Logger(label: "test"), progress: AfterScan(afterScan), threads: 2))
  }

  @Test func aFileThatVanishesEndsTheConversion() throws {
    let bench = try Bench()
    try bench.add(studies: 0..<3, slices: 3)
    try convert(bench)
    let expected = try Bench.contents(bench.staging)
    try FileManager.default.removeItem(at: bench.staging)
    let file = bench.collection.appendingPathComponent("1/2.dcm")
    let aside = bench.root.appendingPathComponent("aside")
    let error = #expect(throws: IchorError.self) {
      try convert(bench) { try? FileManager.default.moveItem(at: file, to: aside) }
    }
    #expect(error?.kind == .inputMissing && error?.message.contains(file.path) == true)
    #expect(
      !FileManager.default.fileExists(
        atPath: bench.staging.appendingPathComponent("quirks.csv").path))
    try FileManager.default.moveItem(at: aside, to: file)
    try convert(bench)
    #expect(try Bench.contents(bench.staging) == expected)
  }

  /// What takes the place of a file after the scan is read as what it is, or not at all.
  @Test func aFolderInPlaceOfAFileEndsTheConversion() throws {
    let bench = try Bench()
    try bench.add(CTFile("ID_a"))
    try bench.add(CTFile("ID_b"))
    let file = bench.collection.appendingPathComponent("ID_b.dcm")
    let error = #expect(throws: IchorError.self) {
      try convert(bench) {
        try? FileManager.default.removeItem(at: file)
        try? FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      }
    }
    #expect(error?.cause?.contains("Is a directory") == true, "\(error?.description ?? "")")
  }

  @Test func excludedFilesMayBeForbidden() throws {
    let bench = try Bench()
    try bench.add(studies: 0..<2, slices: 2)
    try bench.add(Data("no DICOM".utf8), "notes")
    var short = CTFile("ID_short")
    short.missing = 2
    try bench.add(short)
    let warned = try convert(bench)
    #expect(warned.tally[.excluded] == [.unreadable: 1, .pixelDataShort: 1])
    #expect(warned.quirkLines == ["files excluded: pixel-data-short 1, unreadable 1"])
    let expected = try Bench.contents(bench.staging)

    let strict = ConvertParameters(sizes: [8], onExcluded: .fail)
    let refused = #expect(throws: IchorError.self) { try convert(bench, strict) }
    #expect(refused?.kind == .badData && refused?.code == "files-excluded")
    #expect(
      refused?.message
        == "2 files are no slices that can be converted: pixel-data-short 1, unreadable 1")
    let table = try #require(refused?.location)
    #expect(try QuirkTable.read(file: URL(filePath: table)).count == 2)
    #expect(refused?.remedy.contains("convert.on_excluded: warn") == true)

    let known = ConvertParameters(
      sizes: [8], expect: ["pixel-data-short": 1, "unreadable": 1], onExcluded: .fail)
    try convert(bench, known)
    #expect(try Bench.contents(bench.staging) == expected)
    let half = ConvertParameters(sizes: [8], expect: ["unreadable": 1], onExcluded: .fail)
    #expect(#expect(throws: IchorError.self) { try convert(bench, half) }?.code == "files-excluded")
  }

  @Test func takenOverExclusionsCount() throws {
    let bench = try Bench()
    try bench.add(studies: 0..<2, slices: 2)
    var short = CTFile("ID_short")
    short.missing = 2
    try bench.add(short)
    try convert(bench)
    let first = bench.root.appendingPathComponent("first")
    try FileManager.default.moveItem(at: bench.staging, to: first)
    try Bench.publish(first)
    func again(_ policy: ConvertParameters) throws -> ConversionSummary {
      try Converter.convert(
        collection: bench.collection, policy, into: bench.staging, previous: first,
        context: JobContext(logger: Logger(label: "test"), threads: 1))
    }
    let reused = try again(parameters)
    #expect(reused.shardsReused == 1 && reused.tally[.excluded] == [.pixelDataShort: 1])
    #expect(throws: IchorError.self) {
      try again(ConvertParameters(sizes: [8], onExcluded: .fail))
    }
  }
}
