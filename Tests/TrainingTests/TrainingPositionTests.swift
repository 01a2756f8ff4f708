import Foundation
import Testing
import Training

@Suite struct TrainingPositionTests {
  /// The metadata of a `last.safetensors` that Ichor 0.1.0 wrote after SGD and RMSprop on a plateau,
  /// five epochs of six steps; read with Python's `json` from the file's header.
  private static let written = [
    "best_score": "3feb38da0e24b56a", "epoch": "5", "loss_sum": "0", "phase": "1",
    "schedule_best": "3feb38da0e24b56a", "schedule_cooldown": "0",
    "schedule_rate": "3efa36e2eb1c432d", "schedule_wait": "0", "step": "0",
    "watchdog":
      #"{"bestValidation":0.8506899143446109,"deadSteps":0,"epochs":5,"highSteps":0,"#
      + #""meanLoss":0.2697240927112008,"steps":30,"told":[]}"#,
  ]

  private func position(_ texts: [String: String]) throws -> TrainingPosition {
    try JSONDecoder().decode(TrainingPosition.self, from: JSONEncoder().encode(texts))
  }

  /// The rate began at 1e-4 and was halved twice; the best score is the watchdog's best loss.
  @Test func readsWhatEarlierVersionsWrote() throws {
    let position = try position(Self.written)
    #expect(position.epoch == 5 && position.step == 0 && position.phase == 1)
    #expect(position.lossSum == 0 && position.bestScore == 0.8506899143446109)
    #expect(
      position.schedule == .init(rate: 1e-4 * 0.5 * 0.5, best: 0.8506899143446109))
    #expect(position.watchdog.steps == 30 && position.watchdog.epochs == 5)
    #expect(position.watchdog.meanLoss == 0.2697240927112008 && position.watchdog.told == [])
  }

  @Test func writesTheSameTexts() throws {
    let texts = try JSONDecoder().decode(
      [String: String].self, from: JSONEncoder().encode(try position(Self.written)))
    #expect(texts == Self.written)
    let start = try JSONDecoder().decode(
      [String: String].self, from: JSONEncoder().encode(TrainingPosition()))
    #expect(Set(start.keys) == ["epoch", "step", "phase", "loss_sum", "watchdog"])
    #expect(try position(start) == TrainingPosition())
  }

  /// No rounding: a third, and the number after it.
  @Test(arguments: [1.0 / 3, (1.0 / 3).nextUp, -0.0, 5e-324, 1.7976931348623157e308])
  func keepsEveryBit(number: Double) throws {
    var position = TrainingPosition()
    position.lossSum = number
    position.schedule = .init(rate: number, wait: 3, cooldown: 1)
    let read = try JSONDecoder().decode(
      TrainingPosition.self, from: JSONEncoder().encode(position))
    #expect(read.lossSum.bitPattern == number.bitPattern)
    #expect(read.schedule?.rate.bitPattern == number.bitPattern && read.schedule?.best == nil)
    #expect(read.schedule?.wait == 3 && read.schedule?.cooldown == 1)
  }

  @Test(arguments: [
    ("epoch", nil), ("epoch", "-1"), ("step", "1.5"), ("step", "99999999999999999999"),
    ("phase", ""), ("loss_sum", "xyz"), ("loss_sum", nil), ("watchdog", "{}"), ("watchdog", nil),
    ("schedule_wait", nil), ("schedule_cooldown", "-2"), ("best_score", "nan"),
  ])
  func refusesDamage(key: String, text: String?) {
    var texts = Self.written
    texts[key] = text
    #expect(throws: DecodingError.self) { try position(texts) }
  }
}
