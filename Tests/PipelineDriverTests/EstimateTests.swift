import ArtifactTables
import Foundation
import PipelineContract
import Testing
import Vocabulary

@testable import PipelineDriver

/// What a plan expects of work like an earlier run's, and of work unlike it.
@Suite struct EstimateTests {
  private let fake: FakePipeline

  /// Every stage has run once: 30 items, as fast as its record says.
  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    _ = try fake.run()
    try fake.writeModelCards()
  }

  private func estimate(_ instance: String, _ overrides: [String]) throws -> RunEstimate {
    let plan = try RunPlan(fake.pipeline(set: overrides))
    let entry = try #require(plan.entries.first { $0.instance.description == instance })
    #expect(entry.runs, "\(instance) does not run")
    return entry.estimate
  }

  /// The items that a second took in the recorded run.
  private func rate(_ instance: String) throws -> Double {
    try CanonicalJSON.read(
      RunRecord.self,
      from: fake.layout.file(ArtifactLayout.run, of: try StageInstance(parsing: instance))
    ).itemsPerSecond
  }

  @Test func moreOfTheSameIsScaled() throws {
    let train = try estimate("train/a", ["train.a.epochs=6"])
    #expect(train.items == 60 && train.unit == "slices")
    #expect(try abs((train.seconds ?? 0) - 60 / rate("train/a")) < 1e-6)
    #expect(train.bytes != nil)
    // Its own epochs: 2 + 3 instead of 3 + 3.
    let phases = ["train.a.phases=[{optimizer: sgd, epochs: 2}, {optimizer: rmsprop}]"]
    #expect(try estimate("train/a", phases).items == 25)
    let steps = ["train.a.steps_per_epoch=7", "train.a.accumulate=2"]
    #expect(try estimate("train/a", steps).items == 6 * 7 * 2 * 2)
    #expect(try estimate("predict/a", ["train.a.learning_rate=0.5"]).seconds != nil)
  }

  @Test(arguments: [
    ["train.a.model=densenet121"], ["train.a.size=224"], ["train.a.batch=4"],
    ["train.a.freeze=[conv1]"], ["compute.precision=f32"], ["compute.backend=openblas"],
    ["convert.windows=[brain]"],
  ])
  func anotherKindOfImageHasNoTime(overrides: [String]) throws {
    let train = try estimate("train/a", overrides)
    #expect(train.seconds == nil)
    #expect(train.items == 30)
    let plan = try RunPlan(fake.pipeline(set: overrides))
    #expect(plan.text.contains("without an earlier run like it."))
  }

  @Test func aPredictionCostsWhatItsNetworkCosts() throws {
    #expect(try estimate("predict/a", ["train.a.model=densenet121"]).seconds == nil)
    #expect(try estimate("predict/a", ["predict.batch=3"]).seconds == nil)
    #expect(try estimate("predict/a", ["predict.correct_prior=true"]).seconds != nil)
  }

  @Test func morePatientsMakeMoreOfEverything() throws {
    let options = ["phantom.train_patients=8"]
    #expect(try estimate("phantom", options).items == 50)
    #expect(try estimate("convert/train", options).items == 60)
    #expect(try estimate("convert/test", options).items == 30)
    #expect(try estimate("split", options).items == 60)
    #expect(try estimate("train/a", options).items == 60)
    // 60 and 30 slices instead of 30 and 30.
    #expect(try estimate("predict/a", options).items == 45)
    #expect(try estimate("convert/train", options).seconds != nil)
  }

  @Test func dataFromOutsideIsCountedAndNotTimedByThePhantoms() throws {
    for number in 0..<7 { try fake.folder.write("x", to: "ct/deep/\(number).dcm") }
    let folder = fake.folder.url.appendingPathComponent("ct").path
    let convert = try estimate("convert/test", ["data.test.dicom=\(folder)"])
    #expect(convert.items == 7 && convert.seconds == nil && convert.bytes == nil)
    // Counted without a conversion before, too.
    try FileManager.default.removeItem(
      at: fake.layout.directory(StageInstance(.convert, .test)))
    let first = try estimate("convert/test", ["data.test.dicom=\(folder)"])
    #expect(first.items == 7 && first.unit == "files" && first.seconds == nil)
  }

  @Test func anInterruptedTrainingHasOnlyTheRestToDo() throws {
    let option = ["train.a.epochs=5"]
    let train = StageInstance(.train, "a")
    try fake.interrupt(train, set: option)
    let epochs = (1...4).map { number in
      HistoryRow(
        epoch: number, phase: "sgd", learningRate: 0.1, trainLoss: 1, leaky: false,
        validationLoss: 1, labelLosses: [1, 1, 1, 1, 1, 1],
        labelAUCs: [nil, nil, nil, nil, nil, nil], skill: nil)
    }
    try TrainingHistory(epochs: epochs).write(
      to: fake.layout.staging(train).appendingPathComponent(ArtifactLayout.Train.history))
    // Two phases of 5 epochs instead of 3 make 50 of 30; 4 of 10 epochs are done.
    #expect(try estimate("train/a", option).items == 30)
  }

  @Test func nothingLikeItIsSaidAsSuch() throws {
    let empty = try FakePipeline()
    let text = try RunPlan(empty.pipeline()).text
    // Split, merge and report alone have rules of thumb.
    #expect(text.contains("in all, not counting 7 instances without an earlier run like it."))
    #expect(text.contains("split, merge and report by rules of thumb."))
  }
}
