import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

/// What is said about work that was interrupted.
@Suite struct UnfinishedWorkTests {
  private let fake: FakePipeline
  private let train = StageInstance(.train, "a")

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    _ = try fake.run()
  }

  private func status(set overrides: [String] = []) throws -> (state: String, reasons: [String]) {
    let statuses = try StalenessCheck(fake.pipeline(set: overrides)).statuses()
    let status = try #require(statuses.first { $0.instance == train })
    return (status.state.rawValue, status.reasons.map(\.description))
  }

  private static let kept = "an earlier run was interrupted; its work is kept"

  @Test func workOfThisRecipeIsToldFromThatOfAnother() throws {
    try FileManager.default.removeItem(at: fake.layout.directory(train))
    try fake.interrupt(train, set: ["train.a.epochs=5"])
    #expect(try status(set: ["train.a.epochs=5"]) == ("incomplete", [Self.kept]))
    let (state, reasons) = try status()
    #expect(state == "missing")
    #expect(
      reasons == [
        "there is no artifact yet", FakePipeline.cosineNote,
        "a run sets interrupted work of another recipe aside: train.a.epochs: 5 -> 3",
      ])
    // Set aside by a run of this recipe, it is found by one of its own.
    let history = ArtifactHistory(of: train, in: fake.layout)
    let aside = fake.layout.history(train).appendingPathComponent("work")
    try FileManager.default.createDirectory(
      at: fake.layout.history(train), withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: fake.layout.staging(train), to: aside)
    #expect(try history.work.count == 1)
    #expect(try status().reasons == ["there is no artifact yet"])
    #expect(try status(set: ["train.a.epochs=5"]) == ("incomplete", [Self.kept]))
  }

  @Test func aStaleArtifactWithWorkSaysBoth() throws {
    try fake.interrupt(train, set: ["train.a.epochs=5"])
    #expect(try status().state == "fresh")
    #expect(
      try status(set: ["train.a.epochs=5"]) == (
        "stale", ["train.a.epochs: 3 -> 5", Self.kept]
      ))
    #expect(
      try status(set: ["train.a.epochs=6"]).reasons == [
        "train.a.epochs: 3 -> 6", FakePipeline.cosineNote,
        "a run sets interrupted work of another recipe aside: train.a.epochs: 5 -> 6",
      ])
    // With --force it is neither continued nor spoken of.
    let plan = try RunPlan(
      fake.pipeline(set: ["train.a.epochs=5"]), named: ["train/a"], force: true)
    let entry = try #require(plan.entries.first { $0.instance == train })
    #expect(
      entry.reasons.map(\.description) == ["asked for with --force", "train.a.epochs: 3 -> 5"])
  }

  @Test func whatGoesOnWithChangedSettingsIsSaidSo() throws {
    let constant = ["train.a.schedule=constant"]
    try fake.interrupt(train, set: constant + ["train.a.epochs=5"])
    let longer = constant + ["train.a.epochs=7"]
    let goesOn = "goes on from epoch 1 of earlier work with train.a.epochs: 5 -> 7"
    let reasons = try status(set: longer).reasons
    #expect(reasons.first == "train.a.epochs: 3 -> 7" && reasons.last == goesOn, "\(reasons)")
    try FileManager.default.removeItem(at: fake.layout.directory(train))
    #expect(try status(set: longer) == ("incomplete", [goesOn]))
    let plan = try RunPlan(fake.pipeline(set: longer), named: ["train/a"], force: true)
    let entry = try #require(plan.entries.first { $0.instance == train })
    #expect(entry.reasons.map(\.description) == ["asked for with --force"])
  }

  @Test func aFailureOfAnotherRecipeIsNotThisOnes() throws {
    let option = ["train.a.epochs=5"]
    try fake.interrupt(train, set: option)
    let record = RunClock(versions: [:]).record(items: 0, unit: "", exit: 65, error: "bad slice")
    try CanonicalJSON.write(
      record, to: fake.layout.staging(train).appendingPathComponent(ArtifactLayout.run))
    #expect(try status(set: option).state == "failed")
    #expect(try status(set: ["train.a.epochs=6"]).state == "stale")
  }

  @Test func whatConvertDoesNotKeepIsSaidToBeRemoved() throws {
    let convert = StageInstance(.convert, .test)
    try fake.interrupt(convert, set: ["convert.sizes=[112]"])
    let reasons = try StalenessCheck(fake.pipeline(set: ["convert.sizes=[112, 64]"]))
      .reasons(for: convert)
    #expect(
      reasons.last?.description
        == "a run removes interrupted work of another recipe: convert.sizes: [112] -> [112, 64]")
  }

  /// Until the inputs are there, nobody knows whether they are the same.
  @Test func aMissingInputMakesNoOtherRecipe() throws {
    try FileManager.default.removeItem(at: fake.layout.directory(train))
    try fake.interrupt(train)
    try FileManager.default.removeItem(at: fake.layout.directory(StageInstance(.split)))
    #expect(try status().state == "incomplete")
  }
}
