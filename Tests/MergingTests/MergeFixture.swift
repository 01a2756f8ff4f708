import ArtifactTables
import Diagnostics
import Foundation
import Logging
import Merging
import PipelineConfiguration
import SliceShards
import Testing
import Vocabulary

/// The artifacts that a merge reads, made up by formulas that Python can repeat.
///
/// 30 labelled slices, three per patient, patient p in fold p % 5; four test slices with the
/// predictions of labelled slices 0 to 3, and one test file that was left out.
final class MergeFixture {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("merge-\(UUID().uuidString)", isDirectory: true)
    for name in ["split", "test", "predict/a", "predict/b", "out"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try Self.split.write(to: folder.appendingPathComponent("split/slices.csv"))
    try Self.summary().write(to: folder.appendingPathComponent("split/summary.json"))
    try writeTestCollection()
    for (number, model) in ["a", "b"].enumerated() {
      // Backwards, so that nothing can be joined by position.
      let held = Self.split.heldOut(fold: 0).reversed()
      try write(
        "predict/\(model)/validation.csv",
        held.map { ($0.id, Self.prediction(Int($0.id.dropFirst(3)) ?? 0, model: number)) })
      try write(
        "predict/\(model)/test.csv",
        (0..<4).reversed().map { ("ID_f\($0)", Self.prediction($0, model: number)) })
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static func labels(_ i: Int) -> [UInt8] {
    let any = i % 3 == 0
    let kinds = (0..<4).map { any && (i / 3) % ($0 + 2) == 0 }
    return ([any] + kinds + [any]).map { $0 ? 1 : 0 }
  }

  static let split = SplitTable(
    rows: (0..<30).map { i in
      SplitTable.Row(
        id: "ID_\(i)", patient: "P\(i / 3)", study: "S\(i / 3)", fold: (i / 3) % 5,
        labels: labels(i))
    })

  /// With the base rates of the 24 slices in folds 1 to 4; its counts do not matter here.
  static func summary(heldOutFold: Int = 0) -> SplitSummary {
    let none = Dictionary(
      Label.allCases.map { ($0.rawValue, 0) }, uniquingKeysWith: { first, _ in first })
    let counts = SplitSummary.Counts(
      slices: 6, patients: 2, studies: 2, positiveSlices: none, positivePatients: none)
    let training = split.training(fold: 0).map(\.labels)
    return SplitSummary(
      seed: 0, heldOutFold: heldOutFold, total: counts,
      folds: [SplitSummary.Counts](repeating: counts, count: 5),
      baseRates: (0..<6).map { label in
        Double(training.count { $0[label] == 1 }) / Double(training.count)
      },
      labelFile: SplitSummary.LabelFile(
        rows: 180, images: 30, duplicateRows: 0, imagesWithoutSlice: 0),
      excluded: [:])
  }

  static func prediction(_ i: Int, model: Int) -> [Double] {
    labels(i).enumerated().map { k, label in
      let noise = Double((i * 31 + k * 17 + model * 13) % 29) / 29
      let value = 0.1 + 0.5 * Double(label) * (0.6 + 0.2 * Double(model)) + 0.3 * noise
      return (value * 1e6).rounded() / 1e6
    }
  }

  func write(_ name: String, _ rows: [(String, [Double])]) throws {
    try PredictionTable(ids: rows.map(\.0), probabilities: rows.flatMap(\.1))
      .write(to: folder.appendingPathComponent(name))
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// - Parameter alike: whether all slices show the same picture.
  func writeTestCollection(
    ids: [String] = (0..<4).map { "ID_f\($0)" }, alike: Bool = false
  ) throws {
    let writer = try SliceTableWriter(
      file: folder.appendingPathComponent("test/slices.csv"), sizes: [112])
    for (number, id) in ids.enumerated() {
      try writer.write(
        SliceRow(
          id: id, shard: 0,
          extents: [SliceExtent(offset: 0, length: 1, crc32: alike ? 7 : UInt32(number))],
          patient: "T", study: "T", series: "T", position: 0, spacing: nil, rows: 512, columns: 512,
          source: "\(id).dcm",
          sha256: id, bits: "12u", repairs: []))
    }
    try writer.close()
    try QuirkTable.write(
      [
        QuirkRow(
          file: "short.dcm", id: "ID_e9", code: .pixelDataShort, detail: "", action: .excluded),
        QuirkRow(
          file: "twice.dcm", id: "ID_f1", code: .duplicateInstance, detail: "", action: .excluded),
        QuirkRow(file: "noise", id: "", code: .unreadable, detail: "", action: .excluded),
      ], to: folder.appendingPathComponent("test/quirks.csv"))
  }

  func merge(
    sample: String? = nil, weights: MergeWeighting = .rule(.inverseLoss),
    models: [String] = ["a", "b"],
    leaky: Bool = false
  ) throws -> MergeMetrics {
    if let sample { try write("sample.csv", sample) }
    return try MergeStage.merge(
      MergeInputs(
        split: folder.appendingPathComponent("split"), test: folder.appendingPathComponent("test"),
        predictions: Dictionary(
          uniqueKeysWithValues: models.map { ($0, folder.appendingPathComponent("predict/\($0)")) }),
        sampleSubmission: sample.map { _ in folder.appendingPathComponent("sample.csv") },
        heldOutFold: 0, weights: weights, synthetic: true, leaky: leaky),
      into: folder.appendingPathComponent("out"),
      context: JobContext(
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, threads: 1))
  }

  func lines(_ name: String) throws -> [String] {
    try String(contentsOf: folder.appendingPathComponent("out/\(name)"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  func refusal(_ body: () throws -> Void) throws -> IchorError {
    try #require(throws: IchorError.self, performing: body)
  }
}
