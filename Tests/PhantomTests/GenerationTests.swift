import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import PipelineContract
import Testing

@testable import Phantom
import Vocabulary

@Suite struct GenerationTests {
  private let made: GeneratedCollections
  init() throws { made = try GeneratedCollections.shared.get() }

  @Test func sameSeedGivesSameBytesOnAnyNumberOfThreads() throws {
    let again = try GeneratedCollections.generate(GeneratedCollections.parameters, threads: 1)
    #expect(made.contents == again.contents)
    #expect(made.summary == again.summary)
  }

  @Test func anotherSeedGivesOtherImages() {
    var resolution = GeneratedCollections.resolution
    resolution.spacingFactor = 6
    let renderer = SliceRenderer(resolution)
    let images = [UInt64(1), 2].map {
      renderer.render(Patient(seed: $0, number: 0, kinds: [], resolution: resolution), slice: 2)
        .hounsfield
    }
    #expect(images[0] != images[1])
  }

  @Test func labelsAreTheAreaOfBloodInEachSlice() throws {
    var labels: [String: Set<String>] = [:]
    var ids: Set<String> = []
    for line in try made.lines(of: "train_labels.csv").dropFirst() {
      let cells = line.split(separator: ",")
      let name = String(cells[0])
      let cut = try #require(name.lastIndex(of: "_"))
      let id = String(name[..<cut])
      ids.insert(id)
      if cells[1] == "1" { labels[id, default: []].insert(String(name[name.index(after: cut)...])) }
    }
    let parameters = GeneratedCollections.parameters
    let roster = PatientRoster(
      seed: 7, patients: parameters.trainPatients, firstNumber: 0,
      bleedingFraction: parameters.bleedingFraction)
    let identifiers = PseudonymousIdentifiers(seed: 7)
    let renderer = SliceRenderer(GeneratedCollections.resolution)
    var seen = 0
    for entry in roster.entries where !entry.kinds.isEmpty {
      let patient = Patient(
        seed: 7, number: entry.number, kinds: entry.kinds,
        resolution: GeneratedCollections.resolution)
      for index in 0..<patient.geometry.slices {
        let slice = renderer.render(patient, slice: index)
        var expected: Set<String> = []
        for (bit, name) in [
          "epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural",
        ].enumerated() {
          let cells = slice.blood.filter { $0 >> UInt8(bit) & 1 == 1 }.count
          if Double(cells) * slice.cellArea >= 14 { expected.insert(name) }
        }
        if !expected.isEmpty { expected.insert("any") }
        let id = identifiers.slice(patient: entry.number, index: index)
        #expect(ids.contains(id))
        #expect(labels[id, default: []] == expected)
        seen += expected.isEmpty ? 0 : 1
      }
    }
    #expect(seen == labels.count)
    #expect(seen == made.summary.trainPositives[.any])
    let bleeding = Set(labels.values.flatMap { $0 })
    #expect(bleeding == Set(Label.allCases.map(\.rawValue)), "every kind occurs in training")
  }

  @Test func labelFilesHaveRSNAShape() throws {
    let rows = try made.lines(of: "train_labels.csv")
    #expect(rows[0] == "ID,Label")
    let images = try made.files(of: "train").count
    #expect(rows.count == 1 + 6 * (images + 2))
    let suffixes = rows[1...6].map { $0.split(separator: ",")[0].split(separator: "_").last ?? "" }
    #expect(
      suffixes == [
        "epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural", "any",
      ])
    let counts = Dictionary(grouping: rows.dropFirst(), by: { $0 }).mapValues(\.count)
    #expect(counts.values.filter { $0 == 2 }.count == 12, "two images are listed twice, alike")
    #expect(counts.values.allSatisfy { $0 <= 2 })

    let submission = try made.lines(of: "sample_submission.csv")
    let tests = try made.files(of: "test").count
    #expect(submission.count == 1 + 6 * tests)
    #expect(submission.dropFirst().allSatisfy { $0.hasSuffix(",0.5") })
    let truth = try made.lines(of: "test_truth.csv")
    #expect(
      truth[0] == "id,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural")
    #expect(truth.count == 1 + tests)
    let named = Set(submission.dropFirst().map { $0.prefix(12) })
    #expect(Set(truth.dropFirst().map { $0.prefix(12) }) == named)
    #expect(made.summary.slices == images + tests)
    #expect(made.summary.patients == 6)
  }

  @Test func stopsWhenAsked() throws {
    let cancellation = Cancellation()
    cancellation.request(signal: 15)
    let context = JobContext(
      logger: Logger(label: "test"), cancellation: cancellation, threads: 2)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ichor-phantom-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: CancelledBySignal.self) {
      try PhantomGenerator.generate(
        GeneratedCollections.parameters, into: folder, context: context)
    }
  }

  @Test func namesTheFolderThatCannotBeMade() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("ichor-phantom-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let context = JobContext(logger: Logger(label: "test"), threads: 1)
    let error = #expect(throws: IchorError.self) {
      try PhantomGenerator.generate(GeneratedCollections.parameters, into: file, context: context)
    }
    #expect(error?.kind == .cannotCreate)
    #expect(error?.message.contains(file.path) == true)
  }
}
