import Foundation
import PipelineContract
import TestFolders
import Testing

@testable import PipelineDriver

/// What a plan expects before anything has run.
@Suite struct FirstRunTests {
  private let fake: FakePipeline
  private let speeds: MeasuredSpeeds
  private let settings = ["compute.threads=2"]

  init() throws {
    fake = try FakePipeline()
    speeds = fake.speeds
  }

  private func plan() throws -> [String: RunEstimate] {
    let plan = try RunPlan(fake.pipeline(set: settings))
    return Dictionary(
      uniqueKeysWithValues: plan.entries.map { ($0.instance.description, $0.estimate) })
  }

  private func network(_ task: Stage, batch: Int) -> MeasuredSpeeds.Subject {
    MeasuredSpeeds.Subject(
      threads: 2, backend: "onednn", library: "any", task: task.rawValue, model: "resnet18",
      channels: 3, size: 112, batch: batch)
  }

  /// Four and two patients of 29.8 slices; two of train/a in a batch, three epochs of each of two
  /// phases, a fifth held out.
  @Test func itemsAndDiskFollowFromTheConfiguration() throws {
    let plan = try plan()
    #expect(plan["phantom"]?.items == 179)
    #expect(plan["phantom"]?.bytes == Int((6 * 29.8 * 525_312).rounded()))
    #expect(plan["convert/train"]?.items == 119 && plan["convert/test"]?.items == 60)
    #expect(plan["train/a"]?.items == 6 * 47 * 2)
    // ResNet-18's 11.2 million weights: the best ones, the last ones, RMSprop's two sums.
    #expect(plan["train/a"]?.bytes == 179_200_000)
    #expect(plan["predict/a"]?.items == 83)
    for name in ["phantom", "convert/train", "train/a", "predict/a"] {
      #expect(plan[name]?.seconds == nil, "\(name)")
    }
    #expect(
      MachineMeasurement.isWanted(
        for: try RunPlan(fake.pipeline(set: settings))))
  }

  @Test func timesFollowFromWhatWasMeasuredHere() throws {
    let pipeline = try fake.pipeline(set: settings)
    speeds.remember(["slices": 50], of: .phantom(threads: 2))
    for collection in SliceCollection.allCases {
      let instance = StageInstance(.convert, collection)
      speeds.remember(
        ["slices": 500, "bytes": 20_000],
        of: .convert(threads: 2, pictures: pipeline.configuration.pictures(of: instance)))
    }
    // The configuration asks for bf16, whatever is faster.
    speeds.remember(["bf16": 100, "f32": 900], of: network(.train, batch: 2))
    let predictBatch = pipeline.configuration.predict.batch
    speeds.remember(["bf16": 200, "f32": 900], of: network(.predict, batch: predictBatch))
    let plan = try plan()
    func expect(_ name: String, _ seconds: Double) {
      #expect(
        abs((plan[name]?.seconds ?? 0) - seconds) < 0.01, "\(name) \(plan[name]?.seconds ?? 0)")
    }
    expect("phantom", 178.8 / 50)
    expect("convert/train", 119.2 / 500)
    #expect(plan["convert/train"]?.bytes == 2_384_000)
    expect("train/a", 564 / 100.0 + 6 * 119.2 / 5 / 200)
    expect("predict/a", (119.2 / 5 + 59.6) / 200 + 1)
    // Another network was not measured.
    #expect(plan["train/b"]?.seconds == nil)
  }
}
