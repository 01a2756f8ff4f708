import ArtifactTables
import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

/// `./ichor runs`, `diff` and `restore`.
@Suite struct ArtifactRunsTests {
  private let fake: FakePipeline
  private let train = StageInstance(.train, "a")
  private var history: ArtifactHistory { ArtifactHistory(of: train, in: fake.layout) }

  /// Two trainings, the first replaced by the second: 3 epochs and 5.
  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    _ = try fake.run()
    let old = fake.layout.history(train).appendingPathComponent("old")
    try FileManager.default.createDirectory(
      at: fake.layout.history(train), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: fake.layout.directory(train), to: old)
    try Self.history(losses: [0.9, 0.5, 0.7]).write(
      to: old.appendingPathComponent(ArtifactLayout.Train.history))
    try fake.prepare(set: ["train.a.epochs=5"])
    _ = try fake.run(["train/a"], set: ["train.a.epochs=5"])
    try Self.history(losses: [0.8, 0.25]).write(
      to: fake.layout.file(ArtifactLayout.Train.history, of: train))
  }

  private static func history(losses: [Double]) -> TrainingHistory {
    TrainingHistory(
      epochs: losses.enumerated().map { number, loss in
        HistoryRow(
          epoch: number + 1, phase: "sgd", learningRate: 0.1, trainLoss: 1, leaky: false,
          validationLoss: loss, labelLosses: [1, 2, 3, 4, 5, 6],
          labelAUCs: [1, 1, 1, 1, 1, nil], skill: 0, kept: loss == losses.min())
      })
  }

  private func members(_ value: JSONValue?) throws -> [String: JSONValue] {
    guard case .object(let members)? = value else { throw CocoaError(.coderReadCorrupt) }
    return members
  }

  private func elements(_ value: JSONValue?) throws -> [[String: JSONValue]] {
    guard case .array(let elements)? = value else { throw CocoaError(.coderReadCorrupt) }
    return try elements.map { try members($0) }
  }

  @Test func runsListsWhatThereIsAndHowItDiffers() throws {
    try fake.interrupt(train, set: ["train.a.epochs=7"])
    let runs = try ArtifactRuns(fake.pipeline(), named: "train/a")
    let rows = try elements(try members(runs.json)["runs"])
    #expect(rows.map { $0["state"] } == ["current", "kept", "unfinished"].map { .string($0) })
    #expect(rows[0]["differences"] == .array([.string("train.a.epochs: 5 -> 3")]))
    #expect(rows[1]["differences"] == .array([]))
    #expect(rows[2]["differences"] == .array([.string("train.a.epochs: 7 -> 3")]))
    #expect(rows.map { $0["value"] } == [.number(0.25), .number(0.5), .null])
    #expect(rows[0]["metric"] == .string("validation_loss"))
    let id = try #require(history.kept.first?.id)
    #expect(rows[1]["id"] == .string(id))
    let line = try #require(runs.text.split(separator: "\n").first { $0.contains("kept") })
    #expect(line.hasPrefix("train/a@\(id)  kept") && line.hasSuffix("validation_loss 0.5000"))
    #expect(try ArtifactRuns(fake.pipeline(), named: nil).rows.count == 12)
    let error = #expect(throws: IchorError.self) {
      try ArtifactRuns(fake.pipeline(), named: "train/zzz")
    }
    #expect(error?.kind == .usage)
  }

  @Test func theHintIsTheCommandThatBringsItBack() throws {
    let id = try #require(history.kept.first?.id)
    // The present parameters are those of the replaced one.
    let status = try #require(
      try StalenessCheck(fake.pipeline()).statuses().first { $0.instance == train })
    #expect(
      status.reasons.map(\.description) == [
        "train.a.epochs: 5 -> 3", FakePipeline.cosineNote,
        "“./ichor restore train/a@\(id)” brings back one that was made so",
      ])
    let sentence = try ArtifactRestoring(fake.pipeline(), "train/a@\(id.prefix(4))").perform()
    #expect(sentence.hasPrefix("train/a@\(id) is back in its place; train/a@"))
    #expect(try fake.states()["train/a"] == "fresh")
    #expect(try history.kept.count == 1 && history.kept.first?.id != id)
    #expect(
      try ArtifactRestoring(fake.pipeline(), "train/a@\(id)").perform()
        == "train/a@\(id) is in its place already.")
  }

  @Test func restoreRefusesWhatItCannotBringBack() throws {
    func code(_ text: String) throws -> String? {
      let error = #expect(throws: IchorError.self) {
        try ArtifactRestoring(fake.pipeline(), text).perform()
      }
      return error?.code
    }
    try fake.interrupt(train, set: ["train.a.epochs=7"])
    try FileManager.default.moveItem(
      at: fake.layout.staging(train),
      to: fake.layout.history(train).appendingPathComponent("work.partial"))
    #expect(try code("train/a") == "id-missing")
    #expect(try code("train@01") == "instance-missing")
    #expect(try code("train/a@../b") == "id-malformed")
    #expect(try code("train/a@ffffffffff") == "artifact-unknown")
    #expect(try code("train/a@\(try #require(history.work.first?.id))") == "artifact-unfinished")
    let kept = try #require(history.kept.first)
    let lock = try ArtifactLock(train, in: fake.layout, mode: .shared)
    #expect(try code("train/a@\(kept.id)") == "artifact-busy")
    lock.release()
    let output = kept.folder.appendingPathComponent("out.csv")
    var content = try Data(contentsOf: output)
    content[0] ^= 1
    try content.write(to: output)
    #expect(try code("train/a@\(kept.id)") == "artifact-damaged", "as long as it was")
    try Data("longer than it was".utf8).write(to: output)
    #expect(try code("train/a@\(kept.id)") == "artifact-damaged")
    #expect(try history.current?.manifest.parameters["train.a.epochs"] == .integer(5))
  }

  @Test func diffShowsParametersAndResultsSideBySide() throws {
    let kept = try #require(history.kept.first?.id)
    let pipeline = try fake.pipeline()
    let difference = try ArtifactDifference(pipeline, "train/a@\(kept)", "train/a")
    let json = try members(difference.json)
    #expect(
      try elements(json["parameters"]) == [
        ["key": .string("train.a.epochs"), "a": .integer(3), "b": .integer(5)]
      ])
    #expect(json["inputs"] == .array([]) && json["equalOutputs"] == .bool(false))
    let metrics = try elements(json["metrics"])
    #expect(
      metrics.first == [
        "name": .string("validation_loss"), "a": .number(0.5), "b": .number(0.25),
      ])
    #expect(metrics.contains(["name": .string("epochs"), "a": .number(3), "b": .number(2)]))
    #expect(try members(json["a"])["id"] == .string(kept))
    let rows = difference.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.contains(["train.a.epochs", "3", "5"]))
    #expect(rows.contains(["validation_loss", "0.5000", "0.2500"]))
    #expect(difference.text.hasSuffix("Their outputs differ."))

    // Two networks: their keys are the same below their names.
    let networks = try members(ArtifactDifference(pipeline, "train/a", "train/b").json)
    let keys = try elements(networks["parameters"]).map { $0["key"] }
    #expect(keys == [.string("train.NAME.epochs"), .string("train.NAME.model")])
    let error = #expect(throws: IchorError.self) {
      try ArtifactDifference(pipeline, "train/a", "merge")
    }
    #expect(error?.kind == .usage)
  }

  @Test func cleanSaysAndRemovesTheHistory() throws {
    try fake.interrupt(train, set: ["train.a.epochs=7"])
    let cleaning = try ArtifactCleaning(fake.pipeline(), named: "train/a")
    let item = try #require(cleaning.items.first)
    #expect(item.text.hasSuffix(", with 1 replaced artifact"))
    #expect(item.text.contains(fake.layout.history(train).path))
    try cleaning.remove(item)
    #expect(try history.kept.isEmpty && history.current == nil && history.staged == nil)
    #expect(try ArtifactCleaning(fake.pipeline(), named: "train/a").items.isEmpty)
  }

  @Test func whatKilledRunsLeftIsSaidAndRemovedAlone() throws {
    #expect(try ArtifactCleaning(leftoversIn: fake.pipeline()).leftovers == nil)
    try fake.folder.write("12345", to: "artifacts/train/.a.removed-99999999/x")
    try fake.folder.write("12345", to: "artifacts/.split.old/x")
    let cleaning = try ArtifactCleaning(leftoversIn: fake.pipeline())
    #expect(
      cleaning.leftovers
        == "10 B of split, train/a is left by runs that were killed while they removed it; "
        + "“./ichor clean --leftovers” removes it")
    for item in cleaning.items { try cleaning.remove(item) }
    #expect(try ArtifactCleaning(leftoversIn: fake.pipeline()).items.isEmpty)
    #expect(try history.current != nil && history.kept.count == 1)
  }
}
