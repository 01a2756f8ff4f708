import Diagnostics
import LogCapture
import Models
import SliceLoading
import Testing
import Vocabulary

@testable import NetworkStages

/// Labels that nothing can be learned from, or that no score can be made of.
@Suite struct TrainingLabelsTests {
  private struct NoPictures: SliceSource {
    let count: Int
    func readPNG(at index: Int, into bytes: inout [UInt8]) throws { bytes = [] }
  }

  /// `any` and epidural of each slice; the other labels are 0.
  private func slices(_ labels: [(any: Float, epidural: Float)]) -> SliceDataset {
    SliceDataset(
      source: NoPictures(count: labels.count), ids: labels.indices.map { "ID_\($0)" },
      labels: labels.flatMap { [$0.any, $0.epidural, 0, 0, 0, 0] }, classes: 6)
  }

  @Test func aMonitorWithoutAValueIsRefusedWithItsCount() throws {
    let mixed = slices([(1, 1), (1, 0), (0, 0)])
    let bleeding = slices([(1, 1), (1, 0)])
    func fault(_ monitor: Monitor, heldOut: SliceDataset?) -> IchorError? {
      do {
        try TrainingLabels(training: mixed, heldOut: heldOut, key: "train.a")
          .requireDefined(monitor)
        return nil
      } catch {
        return error as? IchorError
      }
    }
    #expect(fault(.labelAUC(.epidural), heldOut: bleeding) == nil)
    #expect(fault(.loss, heldOut: bleeding) == nil)
    #expect(fault(.labelLoss(.subdural), heldOut: bleeding) == nil)
    let all = fault(.labelAUC(.any), heldOut: bleeding)
    #expect(all?.kind == .configuration && all?.code == "monitor-undefined")
    #expect(all?.message.contains("2 of the 2 slices of the held-out fold show any") == true)
    #expect(all?.location == "train.a.monitor")
    let none = fault(.labelAUC(.subdural), heldOut: bleeding)
    #expect(none?.message.contains("0 of the 2 slices") == true)
    #expect(fault(.labelAUC(.any), heldOut: nil) == nil)
    #expect(fault(.labelAUC(.subdural), heldOut: nil)?.message.contains("collection") == true)
  }

  /// PyTorch's batch norm refuses the same: “Expected more than 1 value per channel when training”.
  @Test func aNormalisationOverOneValueIsRefused() throws {
    func check(size: Int, batch: Int) throws {
      let graph = try Architecture.resnet18.graph(
        channels: 1, height: size, width: size, classes: 6)
      try NetworkSetup.requireBatchStatistics(of: graph, batch: batch, key: "train.a")
    }
    let error = #expect(throws: IchorError.self) { try check(size: 32, batch: 1) }
    #expect(error?.code == "batch-statistics" && error?.location == "train.a.batch")
    #expect(error?.message.hasPrefix("layer4.0.bn1 normalises") == true)
    try check(size: 32, batch: 2)
    try check(size: 64, batch: 1)
  }

  @Test func labelsThatCannotBeLearnedAreNamedBeforehand() {
    let log = LoggedLines()
    let mixed = TrainingLabels(
      training: slices([(1, 1), (1, 0), (0, 0)]), heldOut: nil, key: "train.a")
    mixed.warn(log.logger)
    #expect(!mixed.hasOneClass)
    #expect(
      log.texts.map { $0.suffix(40).contains("slices=3") } == [true, true, true, true]
        && log.texts.allSatisfy { $0.hasPrefix("warning: no training slice shows") })
    for label in ["intraparenchymal", "intraventricular", "subarachnoid", "subdural"] {
      #expect(log.texts.count { $0.contains("label=\(label) ") } == 1)
    }
    let all = TrainingLabels(training: slices([(1, 0), (1, 0)]), heldOut: nil, key: "train.a")
    let second = LoggedLines()
    all.warn(second.logger)
    #expect(all.hasOneClass && second.texts.count == 6)
    #expect(second.texts.first?.contains("every training slice shows this label") == true)
    #expect(TrainingLabels(training: slices([(0, 0)]), heldOut: nil, key: "").hasOneClass)
  }
}
