import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

/// What runs again after which change.
@Suite struct StalenessTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    #expect(try fake.run().ran == FakePipeline.everything)
  }

  @Test func nothingRunsTwice() throws {
    let second = try fake.run()
    #expect(second.ran == [])
    #expect(second.status == 0)
    #expect(second.text.hasPrefix("Nothing to do: 10 instances up to date."))
    #expect(!second.text.contains("\n"))
    #expect(try fake.states().values.allSatisfy { $0 == "fresh" })
  }

  private static let networks = ["train/a", "train/b", "predict/a", "predict/b", "merge", "report"]

  @Test(arguments: [
    ("phantom.seed=2", FakePipeline.everything),
    ("convert.windows=[brain]", Array(FakePipeline.everything.dropFirst())),
    ("split.seed=3", ["split"] + networks),
    ("compute.precision=f32", networks),
    ("train.a.epochs=4", ["train/a", "predict/a", "merge", "report"]),
    ("predict.batch=3", ["predict/a", "predict/b", "merge", "report"]),
    ("merge.weights=equal", ["merge", "report"]),
    ("merge.models=[a]", ["merge", "report"]),
    ("report.slices=2", ["report"]),
    ("compute.threads=1", []),
    ("train.a.epochs=3", []),
  ])
  func aParameterReachesWhatDependsOnIt(option: String, expected: [String]) throws {
    try fake.prepare(set: [option])
    let stale = try fake.states(set: [option]).filter { $0.value == "stale" }.map(\.key)
    #expect(Set(stale) == Set(expected))
    let plan = try RunPlan(fake.pipeline(set: [option]))
    #expect(plan.entries.filter(\.runs).map(\.instance.description) == expected)
    #expect(try fake.run(set: [option]).ran == expected)
    #expect(try fake.run(set: [option]).ran == [])
  }

  @Test func thePlanSaysOldAndNew() throws {
    let plan = try RunPlan(fake.pipeline(set: ["train.a.epochs=6"]))
    let train = try #require(plan.entries.first { $0.instance.description == "train/a" })
    #expect(
      train.reasons.map(\.description) == ["train.a.epochs: 3 -> 6", FakePipeline.cosineNote])
    // Twice the epochs, twice the items of the earlier run's 30, and twice its time.
    #expect(train.estimate.items == 60)
    #expect(train.estimate.unit == "slices")
    let predict = try #require(plan.entries.first { $0.instance.description == "predict/a" })
    #expect(predict.reasons == [.upstreamStale(StageInstance(.train, "a"))])
    #expect(predict.estimate.items == 30)
    #expect(plan.text.contains("train.a.epochs: 3 -> 6"))
    #expect(plan.text.contains("6 instances up to date."))
  }

  @Test func equalOutputsUpstreamLeaveDownstreamFresh() throws {
    let constant = try FakePipeline()
    try constant.prepare(constant: true)
    _ = try constant.run()
    try constant.prepare(set: ["phantom.test_patients=3"], constant: true)
    let plan = try RunPlan(constant.pipeline(set: ["phantom.test_patients=3"]))
    #expect(plan.entries.filter(\.runs).count == 10)
    #expect(try constant.run(set: ["phantom.test_patients=3"]).ran == ["phantom"])
  }

  @Test func aLostOrChangedOutputIsMadeAgain() throws {
    let output = fake.layout.file("out.csv", of: StageInstance(.split))
    try FileManager.default.removeItem(at: output)
    #expect(try reasons("split") == [.outputMissing(path: "out.csv")])
    #expect(try fake.run().ran == ["split"])
    try Data("x".utf8).write(to: output)
    let reason = try #require(try reasons("split").first)
    guard case .outputChanged(path: "out.csv", old: _, new: 1) = reason else {
      Issue.record("\(reason)")
      return
    }
    #expect(try fake.run().ran == ["split"])
    try FileManager.default.removeItem(at: fake.layout.manifest(StageInstance(.split)))
    #expect(try reasons("split") == [.missing])
    #expect(try fake.run().ran == ["split"])
    try Data("{".utf8).write(to: fake.layout.manifest(StageInstance(.split)))
    #expect(try reasons("split") == [.manifestUnreadable])
    #expect(try fake.run().ran == ["split"])
  }

  /// As after a build in another folder, or with a changed comment.
  @Test func anotherBuildMakesNothingStaleUnlessAskedFor() throws {
    let program = fake.folder.url.appendingPathComponent("bin/ichor-predict")
    let handle = try FileHandle(forWritingTo: program)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("# rebuilt\n".utf8))
    try handle.close()
    #expect(try fake.states().values.allSatisfy { $0 == "fresh" })
    #expect(try fake.run().ran == [])
    let strict = try fake.states(strictProgram: true).filter { $0.value == "stale" }.map(\.key)
    #expect(Set(strict) == ["predict/a", "predict/b", "merge", "report"])
    #expect(
      try reasons("predict/a", strictProgram: true) == [.programChanged(name: "ichor-predict")])
    try fake.prepare()
    // The outputs are equal: nothing after it runs.
    #expect(try fake.run(strictProgram: true).ran == ["predict/a", "predict/b"])
    let calls = try String(
      contentsOf: fake.folder.url.appendingPathComponent("calls"), encoding: .utf8)
    #expect(calls.hasSuffix(" --strict-program\n"))
    #expect(try fake.run(strictProgram: true).ran == [])
  }

  @Test func otherResultsRunTheStageAgain() throws {
    let file = fake.layout.manifest(StageInstance(.predict, "a"))
    let text = try String(contentsOf: file, encoding: .utf8)
    let version = "\"resultsVersion\" : \(Stage.predict.resultsVersion)"
    for (older, sentence) in [
      (text.replacing(version, with: "\"resultsVersion\" : 0"), "version 0 -> "),
      (text.replacing(",\n    \(version)", with: ""), "version (none) -> "),
    ] {
      #expect(older != text)
      try Data(older.utf8).write(to: file)
      let reason = try #require(try reasons("predict/a").first)
      #expect("\(reason)" == "results of ichor-predict: \(sentence)\(Stage.predict.resultsVersion)")
      #expect(try fake.run().ran == ["predict/a"])
    }
  }

  @Test func anExecutableHasToBeThereWhereItMustRun() throws {
    try FileManager.default.removeItem(
      at: fake.folder.url.appendingPathComponent("bin/ichor-predict"))
    #expect(try fake.run().ran == [])
    #expect(try RunPlan(fake.pipeline()).entries.allSatisfy { !$0.runs })
    for attempt in [
      { _ = try fake.run(["predict/a"], force: true) },
      { _ = try RunPlan(fake.pipeline(), named: ["predict/a"], force: true) },
      { _ = try fake.states(strictProgram: true) },
    ] {
      let error = #expect(throws: IchorError.self, performing: attempt)
      #expect(error?.code == "program-missing")
    }
  }

  @Test func dataFromOutsideIsWatched() throws {
    let slice = try fake.folder.write("slice", to: "ct/1.dcm")
    let option = ["data.test.dicom=\(slice.deletingLastPathComponent().path)"]
    let expected = ["convert/test", "predict/a", "predict/b", "merge", "report"]
    try fake.prepare(set: option)
    #expect(try fake.run(set: option).ran == expected)
    #expect(try fake.run(set: option).ran == [])
    try fake.folder.write("another", to: "ct/2.dcm")
    try fake.prepare(set: option)
    #expect(try fake.run(set: option).ran == expected)
  }

  @Test func lookingChangesNothing() throws {
    let before = try listing()
    _ = try RunPlan(fake.pipeline(set: ["phantom.seed=9"])).text
    _ = try StalenessCheck(fake.pipeline(set: ["phantom.seed=9"])).statuses().table
    #expect(try listing() == before)
    #expect(before.count > 40)
  }

  private func listing() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: fake.folder.url.path).sorted()
  }

  private func reasons(_ instance: String, strictProgram: Bool = false) throws -> [StaleReason] {
    try StalenessCheck(fake.pipeline(strictProgram: strictProgram))
      .reasons(for: StageInstance(parsing: instance))
  }
}
