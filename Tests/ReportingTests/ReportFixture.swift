import ArtifactTables
import Deflation
import Diagnostics
import Foundation
import Logging
import Merging
import PNG
import PipelineConfiguration
import PipelineContract
import Reporting
import SliceShards
import Splitting
import Testing
import Vocabulary

/// The artifacts of a small run of two models, made by the writers of the stages themselves.
final class ReportFixture {
  let folder: URL
  let layout: ArtifactLayout
  var configuration: Configuration
  private let leaky: Bool
  private let bleeds: Bool

  /// The picture of slice `i`.
  static func picture(_ i: Int) -> Data {
    Data(
      PNGEncoder.encode(
        [UInt8](repeating: UInt8(i), count: 64), PNGFormat(width: 8, height: 8, pixel: .grey8)))
  }

  /// - Parameters:
  ///   - sharp: whether the models know the labels or guess the opposite.
  ///   - leaky: whether validation was drawn again each epoch.
  ///   - bleeds: whether any slice shows blood.
  ///   - testPicture: the pictures of the test collection.
  init(
    sharp: Bool = true, leaky: Bool = false, bleeds: Bool = true,
    testPicture: (Int) -> Data = ReportFixture.picture
  ) throws {
    self.leaky = leaky
    self.bleeds = bleeds
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("report-\(UUID().uuidString)", isDirectory: true)
    layout = ArtifactLayout(root: folder)
    let parameters = TrainParameters(model: .resnet18, size: 8, batch: 4, epochs: 2)
    configuration = Configuration(
      train: ["a": parameters, "b": parameters], trainOrder: ["a", "b"],
      merge: MergeParameters(models: ["a", "b"]), report: ReportParameters(slices: 2))
    configuration.split.folds = 3
    configuration.split.redrawEachEpoch = leaky
    configuration.convert.sizes = [8]
    try collection(.train, patients: 9, Self.picture)
    try collection(.test, patients: 2, testPicture)
    try split()
    for model in ["a", "b"] { try network(model, sharp: sharp) }
    try sample()
    _ = try MergeStage.merge(
      layout: layout, configuration: configuration, into: make(StageInstance(.merge)),
      context: Self.context)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static let context = JobContext(
    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, threads: 1)

  func make(_ instance: StageInstance) throws -> URL {
    let directory = layout.directory(instance)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }

  func page(logger: Logger? = nil) throws -> String {
    let directory = try make(StageInstance(.report))
    let context = logger.map { JobContext(logger: $0, threads: 1) } ?? Self.context
    try Report.write(layout, configuration, into: directory, context: context)
    return try String(
      contentsOf: directory.appendingPathComponent("index.html"), encoding: .utf8)
  }

  private func collection(
    _ collection: SliceCollection, patients: Int, _ picture: (Int) -> Data
  ) throws {
    let directory = try make(StageInstance(.convert, collection))
    let shard = directory.appendingPathComponent(ArtifactLayout.Convert.shard(size: 8, number: 0))
    try FileManager.default.createDirectory(
      at: shard.deletingLastPathComponent(), withIntermediateDirectories: true)
    var bytes = Data()
    let writer = try SliceTableWriter(
      file: directory.appendingPathComponent("slices.csv"), sizes: [8])
    for i in 0..<(patients * 4) {
      let picture = picture(i)
      try writer.write(
        SliceRow(
          id: Self.id(i, collection), shard: 0,
          extents: [
            SliceExtent(
              offset: bytes.count, length: picture.count, crc32: CRC32(of: picture).value)
          ],
          patient: "P\(i / 4)", study: "S\(i / 4)", series: "E\(i / 4)", position: Double(i),
          spacing: nil, rows: 512, columns: 512, source: "\(i).dcm", sha256: "\(i)", bits: "12u",
          repairs: []))
      bytes.append(picture)
    }
    try writer.close()
    try bytes.write(to: shard)
    try QuirkTable.write(
      [
        QuirkRow(
          file: "<script>alert(\"&\")</script>.dcm", id: "ID_e9", code: .pixelDataShort, detail: "",
          action: .excluded)
      ], to: directory.appendingPathComponent("quirks.csv"))
    try Data("contact sheet".utf8).write(to: directory.appendingPathComponent("preview.png"))
  }

  static func id(_ i: Int, _ collection: SliceCollection) -> String {
    "ID_\(collection == .train ? "a" : "b")\(i)"
  }

  /// Every third patient bleeds in two of four slices, under the dura.
  static func labels(_ i: Int) -> [UInt8] {
    i / 4 % 3 == 0 && i % 4 < 2 ? [1, 0, 0, 0, 0, 1] : [0, 0, 0, 0, 0, 0]
  }

  private func split() throws {
    let labels = folder.appendingPathComponent("labels.csv")
    let writer = try LabelRowWriter(file: labels)
    for i in 0..<36 {
      for (label, value) in zip(Label.allCases, bleeds ? Self.labels(i) : [0, 0, 0, 0, 0, 0]) {
        try writer.write(Self.id(i, .train), label, "\(value)")
      }
    }
    try writer.close()
    try SplitStage.split(
      convertDirectory: layout.directory(StageInstance(.convert, .train)), labels: labels,
      parameters: configuration.split, into: make(StageInstance(.split)), context: Self.context)
  }

  private func network(_ model: String, sharp: Bool) throws {
    let split = try SplitTable(
      file: layout.file(ArtifactLayout.Split.slices, of: StageInstance(.split)))
    let held = split.heldOut(fold: 0)
    let directory = try make(StageInstance(.predict, model))
    try PredictionTable(
      ids: held.map(\.id),
      probabilities: held.enumerated().flatMap { place, row in
        row.labels.map { label in
          if !bleeds { return 0.0625 + Double(place) / 1024 }
          return label == 1 ? (sharp ? 0.75 : 0.125) : (sharp ? 0.0625 : 0.75)
        }
      }
    ).write(to: directory.appendingPathComponent("validation.csv"))
    try PredictionTable(
      ids: (0..<8).map { Self.id($0, .test) },
      probabilities: (0..<8).flatMap { i in (0..<6).map { Double(i * 6 + $0) / 64 } }
    ).write(to: directory.appendingPathComponent("test.csv"))
    try CanonicalJSON.write(
      PriorCalibration(
        applied: model == "b", lossBefore: 0.31, lossAfter: 0.27,
        labels: Dictionary(
          uniqueKeysWithValues: Label.allCases.map {
            (
              $0.rawValue,
              PriorCalibration.LabelRates(
                natural: 0.125, drawn: 0.5, drawsWith: $0 == .epidural ? nil : 3.25,
                drawsWithout: 0.75, corrects: $0 != .epidural)
            )
          }), leaky: leaky),
      to: directory.appendingPathComponent("calibration.json"))
    try TrainingHistory(
      epochs: [
        Self.epoch(1, train: 0.61, validation: 0.52, skill: -1),
        Self.epoch(2, train: 0.41, validation: nil, skill: nil),
        Self.epoch(3, train: 0.31, validation: 0.2345, skill: 0.1),
      ]
    ).write(to: make(StageInstance(.train, model)).appendingPathComponent("history.csv"))
  }

  static func epoch(
    _ number: Int, train: Double?, validation: Double?, skill: Double?
  ) -> HistoryRow {
    let none = [Double?](repeating: nil, count: Label.allCases.count)
    return HistoryRow(
      epoch: number, phase: "sgd", learningRate: 0.01, trainLoss: train, leaky: false,
      validationLoss: validation, labelLosses: none, labelAUCs: none, skill: skill,
      kept: validation != nil)
  }

  private func sample() throws {
    let file = try make(StageInstance(.phantom)).appendingPathComponent("sample_submission.csv")
    let writer = try LabelRowWriter(file: file)
    for id in (0..<8).map({ Self.id($0, .test) }) + ["ID_e9"] {
      for label in Label.allCases { try writer.write(id, label, "0.5") }
    }
    try writer.close()
  }
}
