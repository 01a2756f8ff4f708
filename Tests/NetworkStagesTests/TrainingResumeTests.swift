import Diagnostics
import Foundation
import PipelineContract
import TensorCore
import Testing

@testable import NetworkStages
@testable import Training

@Suite struct TrainingResumeTests {
  typealias Names = ArtifactLayout.Train
  private static let previous = ".previous.safetensors"

  private func expect(_ state: TrainingState?, epoch: Int, in training: InterruptedTraining) throws
  {
    let state = try #require(state)
    #expect(state.position.epoch == epoch)
    for (name, tensor) in InterruptedTraining.parameters(epoch) {
      #expect(state.parameters[name] == tensor, "\(name)")
    }
    // What is left is what a run leaves that was interrupted there: it can be resumed again.
    #expect(try training.resumed()?.position == state.position)
  }

  private func expectBegunAnew(_ training: InterruptedTraining, because text: String) throws {
    #expect(try training.resumed() == nil)
    #expect(
      training.lines.texts.contains {
        $0.hasPrefix("warning: training begins anew") && $0.contains(text)
      }, "\(training.lines.texts)")
    for name in [Names.last, Self.previous, Names.best, Names.history, Names.events] {
      #expect(!training.exists(name), "\(name)")
    }
  }

  private func warned(_ training: InterruptedTraining, _ text: String) -> Bool {
    training.lines.texts.contains {
      $0.hasPrefix("warning: training goes on from the checkpoint before") && $0.contains(text)
    }
  }

  @Test func whatIsWholeIsResumedFromItsLastCheckpoint() throws {
    let training = try InterruptedTraining(best: [true, false, true])
    try expect(training.resumed(), epoch: 3, in: training)
    #expect(!training.lines.texts.contains { $0.hasPrefix("warning") })
  }

  @Test(arguments: ["flipped", "zeroed", "cut", "gone"])
  func aDamagedLastCheckpointGivesWayToTheOneBefore(_ damage: String) throws {
    let training = try InterruptedTraining(best: [true, false, true])
    switch damage {
    case "flipped": try training.change(Names.last) { $0[$0.count - 30] ^= 2 }
    case "zeroed": try training.change(Names.last) { $0 = Data(count: $0.count) }
    case "cut": try training.change(Names.last) { $0.removeLast() }
    default: try FileManager.default.removeItem(at: training.file(Names.last))
    }
    try expect(training.resumed(), epoch: 2, in: training)
    #expect(warned(training, Names.last), "\(training.lines.texts)")
    #expect(!training.exists(Self.previous))
  }

  /// Written whole, with a checksum: only the values tell. All three become weights.
  @Test(arguments: ["fc.weight", "average.bn1.running_var", "optimizer.velocity.fc.bias"])
  func aCheckpointThatIsNotFiniteGivesWayToTheOneBefore(_ name: String) throws {
    let training = try InterruptedTraining(best: [true, true])
    var state = TrainingState(parameters: InterruptedTraining.parameters(2))
    state.position.epoch = 2
    state.average = state.parameters
    state.optimizer = NamedTensors(
      state.parameters.filter { !$0.name.contains("running") }
        .map { ("velocity.\($0.name)", $0.tensor) })
    switch name {
    case "fc.weight": state.parameters[name]?.values[1] = .nan
    case "average.bn1.running_var": state.average["bn1.running_var"]?.values[1] = -1
    default: state.optimizer["velocity.fc.bias"]?.values[1] = .infinity
    }
    try TrainingCheckpoint.write(state, stepsPerEpoch: 10, to: training.file(Names.last))
    try expect(training.resumed(), epoch: 1, in: training)
    #expect(warned(training, "“\(name)”"), "\(training.lines.texts)")
  }

  @Test(arguments: [Float.nan, .infinity])
  func bestWeightsThatAreNotFiniteAreNotGoneOnWith(_ value: Float) throws {
    let training = try InterruptedTraining(best: [true, false])
    var best = InterruptedTraining.parameters(1)
    best["conv1.weight"]?.values[0] = value
    try TrainingCheckpoint.writeWeights(best, steps: 10, to: training.file(Names.best))
    try expectBegunAnew(training, because: "“conv1.weight”")
  }

  /// Every bit of the position, which the header holds, decides how training goes on.
  @Test func aPositionIsNeverTakenFromADamagedHeader() throws {
    let training = try InterruptedTraining(best: [true, true])
    let bytes = try Data(contentsOf: training.file(Names.last))
    let place = try #require(bytes.range(of: Data("\"best_score\":\"".utf8))).upperBound
    for digit in place..<place + 16 {
      var damaged = bytes
      damaged[digit] ^= 1
      try damaged.write(to: training.file("copy.safetensors"))
      let error = #expect(throws: IchorError.self) {
        try TrainingCheckpoint.read(
          training.file("copy.safetensors"), for: InterruptedTraining.graph)
      }
      #expect(error?.kind == .badData)
    }
  }

  @Test func twoDamagedCheckpointsMeanABeginning() throws {
    let training = try InterruptedTraining(best: [true, false, true])
    for name in [Names.last, Self.previous] {
      try training.change(name) { $0[$0.count / 2] ^= 1 }
    }
    try expectBegunAnew(training, because: Names.last)
  }

  @Test(arguments: [true, false])
  func bestWeightsOfTheLastEpochAreMadeAgain(_ isGone: Bool) throws {
    let training = try InterruptedTraining(best: [true, false, true])
    try spoilBest(training, isGone)
    try expect(training.resumed(), epoch: 2, in: training)
    #expect(warned(training, Names.best), "\(training.lines.texts)")
    // Until the next epoch's end, nothing asks for them again.
    #expect(try training.resumed()?.position.bestScore == nil)
  }

  @Test(arguments: [true, false])
  func olderBestWeightsMeanABeginning(_ isGone: Bool) throws {
    let training = try InterruptedTraining(best: [true, false, false])
    try spoilBest(training, isGone)
    try expectBegunAnew(training, because: Names.best)
  }

  /// Whether the best weights were replaced after the checkpoint before, nothing tells.
  @Test func lastCheckpointAndBestWeightsTogetherMeanABeginning() throws {
    let training = try InterruptedTraining(best: [true, false, true])
    try spoilBest(training, true)
    try training.change(Names.last) { $0[$0.count - 30] ^= 2 }
    try expectBegunAnew(training, because: Names.best)
  }

  private func spoilBest(_ training: InterruptedTraining, _ isGone: Bool) throws {
    if isGone {
      try FileManager.default.removeItem(at: training.file(Names.best))
    } else {
      try training.change(Names.best) { $0[$0.count - 9] ^= 0x40 }
    }
  }

  @Test func aDamagedRowOfTheLastEpochIsWrittenAgain() throws {
    let training = try InterruptedTraining(best: [true, false, true])
    try training.change(Names.history) { $0.replaceLast("0.3333333", with: "0.3333334") }
    try expect(training.resumed(), epoch: 2, in: training)
    #expect(warned(training, Names.history))
  }

  @Test func aDamagedRowOfAnEarlierEpochMeansABeginning() throws {
    let training = try InterruptedTraining(best: [true, false, true])
    try training.change(Names.history) { $0.replaceLast("0.5", with: "0.6", after: "1,sgd") }
    try expectBegunAnew(training, because: Names.history)
  }

  @Test func aHistoryThatIsGoneMeansABeginning() throws {
    let training = try InterruptedTraining(best: [true, true])
    try FileManager.default.removeItem(at: training.file(Names.history))
    try expectBegunAnew(training, because: Names.history)
  }

  /// Between an epoch's files and its checkpoint: the checkpoint before decides.
  @Test func whatAKillLeftPastTheCheckpointIsNoDamage() throws {
    let training = try InterruptedTraining(best: [true, true])
    let last = try Data(contentsOf: training.file(Names.last))
    let further = try InterruptedTraining(best: [true, true, true])
    for name in [Names.best, Names.history, HistoryChecksums.name] {
      try training.change(name) { $0 = (try? Data(contentsOf: further.file(name))) ?? Data() }
    }
    try #require(try Data(contentsOf: training.file(Names.last)) == last)
    try expect(training.resumed(), epoch: 2, in: training)
    #expect(!training.lines.texts.contains { $0.hasPrefix("warning") })
  }

  /// The first record, at which the file would no longer be known, or a later one.
  @Test(arguments: [3, 120])
  func damagedEventsAreLeftOutAndTrainingGoesOn(_ place: Int) throws {
    let training = try InterruptedTraining(best: [true, true, true])
    try training.change(Names.events) { $0[place] ^= 1 }
    let state = try training.resumed()
    #expect(state?.position.epoch == 3)
    #expect(
      training.lines.texts.contains {
        $0.hasPrefix("warning: TensorBoard's events of the first 3 epochs are damaged")
      }, "\(training.lines.texts)")
    #expect(!training.exists(Names.events))
  }

  @Test func aKillInTheFirstEpochIsNoDamage() throws {
    let training = try InterruptedTraining(best: [true])
    try FileManager.default.removeItem(at: training.file(Names.last))
    #expect(try training.resumed() == nil)
    #expect(!training.lines.texts.contains { $0.hasPrefix("warning") })
    #expect(!training.exists(Names.best))
  }
}

extension Data {
  /// Replaces the last occurrence of a text behind another.
  fileprivate mutating func replaceLast(
    _ text: String, with other: String, after mark: String? = nil
  ) {
    let from = mark.flatMap { range(of: Data($0.utf8)) }
    let end = from.flatMap { firstRange(of: Data("\n".utf8), in: $0.upperBound..<endIndex) }
    let room = (from?.upperBound ?? startIndex)..<(end?.lowerBound ?? endIndex)
    if let place = range(of: Data(text.utf8), options: .backwards, in: room) {
      replaceSubrange(place, with: Data(other.utf8))
    }
  }
}
