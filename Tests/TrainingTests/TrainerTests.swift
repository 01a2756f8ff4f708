import Diagnostics
import Foundation
import Logging
import Metrics
import Testing
import Training

@Suite(.serialized) struct TrainerTests {
  @Test func learnsASeparableProblem() throws {
    var training = try ToyTraining()
    training.epochs = 10
    let outcome = try training.run()
    #expect(outcome.records.map(\.epoch) == Array(1...10))
    let last = try #require(outcome.records.last)
    let floor = try training.validator().floor.loss
    #expect(last.validation.loss < 0.25 * floor)
    #expect(last.skill == 1 - last.validation.loss / floor)
    #expect(last.validation.labels.allSatisfy { ($0.auc ?? 0) > 0.99 })
    #expect(last.trainLoss < 0.5 * outcome.records[0].trainLoss)
    // The best flag marks each new minimum of the validation loss.
    var lowest = Double.infinity
    for (record, isBest) in zip(outcome.records, outcome.best) {
      #expect(isBest == (record.validation.loss < lowest))
      lowest = min(lowest, record.validation.loss)
    }
    #expect(outcome.finished?.bestLoss == lowest)
  }

  @Test func sameSeedSameBits() throws {
    let training = try ToyTraining()
    let first = try #require(training.run().finished)
    let second = try #require(training.run().finished)
    #expect(first.parameters == second.parameters)
    #expect(first.optimizer == second.optimizer)
    var other = training
    other.seed = 6
    #expect(try other.run().finished?.parameters != first.parameters)
  }

  /// 3 stops inside the first epoch, 11 inside the second, 8 between them: while the first epoch
  /// is being validated.
  @Test(arguments: [3, 8, 11])
  func resumingEqualsNotStopping(_ stopAfter: Int) throws {
    let training = try ToyTraining()
    let whole = try training.run()
    let stopped = try training.run { $0 == stopAfter }
    let state = try #require(stopped.interrupted)
    #expect(state.epoch * ToyTraining.stepsPerEpoch + state.step == stopAfter)
    let resumed = try training.run(from: state)
    let (first, second) = (try #require(whole.finished), try #require(resumed.finished))
    #expect(first.parameters == second.parameters)
    #expect(first.optimizer == second.optimizer)
    #expect(first.bestLoss == second.bestLoss)
    let losses = (stopped.records + resumed.records).map { [$0.trainLoss, $0.validation.loss] }
    #expect(losses == whole.records.map { [$0.trainLoss, $0.validation.loss] })
  }

  /// A ReLU makes 0 of NaN: the loss alone would not tell that the first layers are gone.
  @Test func parametersThatAreNotFiniteAreRefused() throws {
    let training = try ToyTraining()
    var state = training.initial
    state.parameters["conv1.weight"]?.values[0] = .nan
    let error = #expect(throws: IchorError.self) { try training.run(from: state) }
    #expect(error?.code == "parameters-not-finite" || error?.code == "loss-not-finite")
  }

  /// 22 slices of the held-out set, of which `bright` and `down` are positive.
  @Test func floorIsTheConstantPredictorsLoss() throws {
    let problem = try ToyProblem(count: 22, seed: 2)
    func crossEntropy(_ label: Int, _ probability: Double) -> Double {
      let positives = stride(from: label, to: 44, by: 2).count { problem.labels[$0] == 1 }
      let share = Double(positives) / 22
      return -share * log(probability) - (1 - share) * log(1 - probability)
    }
    let expected = (2 * crossEntropy(0, 0.3) + crossEntropy(1, 0.5)) / 3
    let floor = try ToyTraining().validator().floor
    #expect(abs(floor.loss - expected) < 1e-12)
  }

  /// An untrained network with a zero classifier says 0.5 everywhere: log 2 on every label.
  @Test func validatorScoresEverySliceOnce() throws {
    let training = try ToyTraining()
    var parameters = training.initial.parameters
    let head = try #require(parameters["fc.weight"])
    parameters["fc.weight"] = .init(shape: head.shape, repeating: 0)
    let evaluation = try training.validator().evaluate(
      parameters, context: JobContext(logger: .init(label: "test"), threads: 1))
    #expect(abs(evaluation.loss - log(2)) < 1e-7)
    let problem = try ToyProblem(count: 22, seed: 2)
    for label in 0..<2 {
      let positives = stride(from: label, to: 44, by: 2).count { problem.labels[$0] == 1 }
      #expect(evaluation.labels[label].positives == positives)
    }
  }
}
