import Foundation
import Testing
import Training

@Suite struct EarlyStoppingTests {
  /// The epoch after which Keras ends a `fit`, counted from 1, and `nil` where it doesn't; made with
  /// Keras 3.15.1's `EarlyStopping(patience, min_delta, mode="min")` on these losses:
  ///
  ///     stop = EarlyStopping(monitor="loss", patience=p, min_delta=d, mode="min")
  ///     stop.set_model(model); stop.on_train_begin()
  ///     for epoch, loss in enumerate(losses): stop.on_epoch_end(epoch, {"loss": loss})
  @Test(arguments: [
    ([0.5, 0.4, 0.41, 0.42, 0.43], 2, 0.0, 4),
    ([0.5, 0.4, 0.41, 0.39, 0.43], 2, 0.0, nil),
    ([0.5, 0.49, 0.48, 0.47, 0.46], 1, 0.02, 2),
    ([0.5, 0.49, 0.475, 0.47, 0.46], 2, 0.02, 5),
    ([0.5, 0.5, 0.5], 1, 0.0, 2), ([0.5], 1, 0.0, nil),
  ])
  func endsWhereKerasDoes(scores: [Double], patience: Int, minDelta: Double, end: Int?) {
    let stop = EarlyStopping(patience: patience, minDelta: minDelta)
    let first = scores.indices.first { stop.ends(after: Array(scores[...$0])) }
    #expect(first.map { $0 + 1 } == end)
  }

  /// Keras takes a first NaN for the best, which nothing is below.
  @Test func whatIsNotFiniteIsNoImprovement() {
    let stop = EarlyStopping(patience: 2, minDelta: 0)
    #expect(!stop.ends(after: [.nan, 0.5, .infinity]))
    #expect(stop.ends(after: [.nan, .nan]) && stop.ends(after: [0.5, .nan, .nan]))
  }

  @Test func aPositionKeepsEveryBit() throws {
    let texts = [
      "epoch": "4", "step": "0", "phase": "1", "loss_sum": "0", "phase_start": "2",
      "phase_scores": "3fd5555555555555,7ff8000000000000", "ended_early": "2",
      "watchdog": #"{"deadSteps":0,"epochs":0,"highSteps":0,"meanLoss":0,"steps":0,"told":[]}"#,
    ]
    let position = try JSONDecoder().decode(
      TrainingPosition.self, from: JSONEncoder().encode(texts))
    let stopping = try #require(position.stopping)
    #expect(stopping.phaseStart == 2 && stopping.ended == [2])
    #expect(stopping.scores.first == 1.0 / 3 && stopping.scores.last?.isNaN == true)
    let written = try JSONDecoder().decode(
      [String: String].self, from: JSONEncoder().encode(position))
    #expect(written == texts)
    for damage in ["phase_scores": "3fd5,x", "ended_early": "a", "phase_start": "-1"] {
      var damaged = texts
      damaged[damage.key] = damage.value
      let data = try JSONEncoder().encode(damaged)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(TrainingPosition.self, from: data)
      }
    }
  }
}
