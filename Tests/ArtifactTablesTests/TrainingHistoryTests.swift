import ArtifactTables
import Foundation
import TestFolders
import Testing

@Suite struct TrainingHistoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func epoch(_ number: Int, _ loss: Double?, kept: Bool = false) -> HistoryRow {
    HistoryRow(
      epoch: number, phase: "rmsprop", learningRate: 1e-4, trainLoss: 0.1, leaky: number == 2,
      validationLoss: loss, labelLosses: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
      labelAUCs: [1, 0.5, nil, 0, 0.25, 0.75], skill: nil, kept: kept)
  }

  /// Rows of a resumed run are read and written again, also those of a training that diverged.
  @Test func whatIsReadIsWrittenAsItWas() throws {
    let file = folder.url.appendingPathComponent("history.csv")
    let losses: [Double?] = [2.0 / 3, nil, .nan, .infinity, 1e-9]
    let history = TrainingHistory(
      epochs: losses.enumerated().map { epoch($0 + 1, $1, kept: $0 % 2 == 0) })
    try history.write(to: file)
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(
      lines[1]
        == "1,rmsprop,0.0001,0.1,held-out,0.6666667,0.1,0.2,0.3,0.4,0.5,0.6,1,0.5,,0,0.25,0.75,,1"
    )
    #expect(lines[2].contains(",LEAKY,,0.1,"))
    var read = try TrainingHistory(file: file)
    #expect(read.epochs.count == 5 && read.kept?.epoch == 5)
    try read.write(to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
    read.keep(4)
    #expect(read.kept?.epoch == 3 && read.epochs.count == 4)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names == ["history.csv"])
  }

  @Test func nothingIsKeptBeforeTheFirstEpochHasEnded() {
    #expect(TrainingHistory().kept == nil && !TrainingHistory().hasLoss)
    #expect(!TrainingHistory(epochs: [epoch(1, .nan), epoch(2, nil)]).hasLoss)
  }
}
