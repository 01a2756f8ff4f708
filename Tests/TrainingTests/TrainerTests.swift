import ComputeGraph
import Diagnostics
import Foundation
import Logging
import Metrics
import TensorCore
import Testing
import Training

@Suite(.serialized) struct TrainerTests {
  @Test func learnsASeparableProblem() throws {
    var training = try ToyTraining()
    training.phases = [ToyTraining.phase(epochs: 10)]
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
    #expect(outcome.checkpoints.last?.position.bestScore == lowest)
  }

  @Test func sameSeedSameBits() throws {
    let training = try ToyTraining()
    let first = try #require(training.run().checkpoints.last)
    let second = try #require(training.run().checkpoints.last)
    #expect(first.parameters == second.parameters)
    #expect(first.optimizer == second.optimizer)
    var other = training
    other.seed = 6
    #expect(try other.run().checkpoints.last?.parameters != first.parameters)
  }

  /// 3 stops inside the first epoch, 11 inside the second, 8 between them: while the first epoch
  /// is being validated. 16 is the last step of the first phase, 24 ends an epoch of the second.
  @Test(arguments: [3, 8, 11, 16, 17, 24, 30])
  func resumingEqualsNotStopping(_ stopAfter: Int) throws {
    var training = try ToyTraining()
    training.phases = ToyTraining.twoPhases
    training.average = WeightAverage(decay: 0.9, interval: 3)
    let whole = try training.run()
    let stopped = try training.run { $0 == stopAfter }
    #expect(stopped.wasCancelled)
    let state = try #require(stopped.checkpoints.last)
    #expect(ToyTraining.steps(before: state.position) == stopAfter)
    try expectEqual(whole, stopped, try training.run(after: stopped))
  }

  /// As after a kill: what came after the last checkpoint is computed once more.
  @Test(arguments: [2, 5, 9])
  func everyCheckpointLeadsToTheSameEnd(_ place: Int) throws {
    var training = try ToyTraining()
    training.phases = ToyTraining.twoPhases
    training.checkpointSteps = 3
    let whole = try training.run()
    let steps = whole.checkpoints.map { ToyTraining.steps(before: $0.position) }
    #expect(steps == [3, 6, 8, 9, 12, 15, 16, 18, 21, 24, 27, 30, 32, 33, 36, 39, 40])
    let killed = ToyTraining.Outcome()
    killed.checkpoints = [whole.checkpoints[place]]
    let epoch = whole.checkpoints[place].position.epoch
    killed.records = Array(whole.records[..<epoch])
    killed.best = Array(whole.best[..<epoch])
    killed.bestParameters = try training.run(from: nil) { $0 == steps[place] }.bestParameters
    try expectEqual(whole, killed, try training.run(after: killed))
  }

  private func expectEqual(
    _ whole: ToyTraining.Outcome, _ stopped: ToyTraining.Outcome, _ resumed: ToyTraining.Outcome
  ) throws {
    let first = try #require(whole.checkpoints.last)
    let second = try #require(resumed.checkpoints.last)
    #expect(first.parameters == second.parameters)
    #expect(first.optimizer == second.optimizer)
    #expect(first.average == second.average)
    #expect(first.position == second.position)
    #expect(whole.bestParameters == resumed.bestParameters)
    let told = { (record: EpochRecord) in
      [record.trainLoss, record.validation.loss, record.learningRate]
    }
    #expect((stopped.records + resumed.records).map(told) == whole.records.map(told))
  }

  /// The second phase begins from the best weights, with an optimiser of its own; its plateau,
  /// which no loss can please, halves the rate after every epoch but its first.
  @Test func phasesFollowEachOther() throws {
    var training = try ToyTraining()
    training.phases = ToyTraining.twoPhases
    let outcome = try training.run()
    #expect(outcome.records.map(\.phase) == ["sgd", "sgd", "rmsprop", "rmsprop", "rmsprop"])
    #expect(outcome.records[2...].map(\.learningRate) == [0.001, 0.001, 0.0005])
    let start = outcome.checkpoints[1]
    #expect(start.position.epoch == 2 && start.position.phase == 1 && start.optimizer.isEmpty)
    let best = try #require(outcome.best[..<2].lastIndex(of: true))
    let firstPhase = try ToyTraining().run()
    #expect(start.parameters == firstPhase.bestParameters)
    #expect((best == 1) == (start.parameters == firstPhase.checkpoints.last?.parameters))
    #expect(outcome.checkpoints.last?.optimizer.slots == [.velocity, .squareAverage])
  }

  /// The average of the weights after every second step, by its formula, in double precision.
  @Test func theAverageIsValidatedAndKept() throws {
    var training = try ToyTraining()
    training.phases = [ToyTraining.phase(epochs: 3)]
    training.checkpointSteps = 1
    training.average = WeightAverage(decay: 0.6, interval: 2)
    let outcome = try training.run()
    #expect(outcome.checkpoints.count == 24)
    let best = try #require(outcome.best.lastIndex(of: true))
    let parameters = try #require(outcome.bestParameters)
    for (name, tensor) in parameters {
      var average: [Double] = []
      for step in stride(from: 2, through: (best + 1) * ToyTraining.stepsPerEpoch, by: 2) {
        let sample = outcome.checkpoints[step - 1].parameters[name]?.values.map(Double.init) ?? []
        let kept = pow(min(0.6, Double(1 + step) / Double(10 + step)), 2)
        average =
          average.isEmpty ? sample : zip(average, sample).map { kept * $0 + (1 - kept) * $1 }
      }
      let error = zip(tensor.values, average).map { abs(Double($0) - $1) / max(1, abs($1)) }
      #expect(error.count == tensor.values.count && error.allSatisfy { $0 < 1e-6 }, "\(name)")
    }
    let judged = try training.validator().evaluate(
      parameters, epoch: best, context: JobContext(logger: .init(label: "test"), threads: 2))
    #expect(judged.evaluation.loss == outcome.records[best].validation.loss)
    let plain = try #require(outcome.checkpoints.last?.parameters)
    #expect(plain != outcome.checkpoints.last?.average)
  }

  /// The second phase begins with the best average, and with none of its own.
  @Test func phasesBeginTheirOwnAverage() throws {
    var training = try ToyTraining()
    training.phases = ToyTraining.twoPhases
    training.average = WeightAverage(decay: 0.9, interval: 3)
    var first = try ToyTraining()
    first.average = training.average
    let start = try training.run().checkpoints[1]
    #expect(start.position.phase == 1 && start.average.isEmpty)
    #expect(try start.parameters == first.run().bestParameters)
  }

  /// Two of four are the same slices as one of eight; batch normalisation sees them in other
  /// company, so the weights differ, but not the course.
  @Test func accumulatedBatchesMakeOneStep() throws {
    var training = try ToyTraining()
    training.accumulate = 2
    let outcome = try training.run()
    #expect(outcome.checkpoints.last?.position.epoch == 2)
    #expect(outcome.records.count == 2)
    let plain = try ToyTraining().run()
    #expect(outcome.bestParameters != plain.bestParameters)
    let (first, second) = (outcome.records[1].trainLoss, plain.records[1].trainLoss)
    #expect(abs(first - second) < 0.5 * second)
  }

  /// A rate that only a frozen network survives: nothing is learnt, and the watchdog says so.
  @Test func theWatchdogStopsAndKeepsTheWork() throws {
    var training = try ToyTraining()
    training.phases[0].schedule = LearningRateSchedule(
      peak: 1e-12, shape: .constant, warmupSteps: 0, totalSteps: 2 * ToyTraining.stepsPerEpoch)
    training.watchdog = Watchdog.Rules(actions: [.noSkill: .stop], floorEpochs: 1)
    let error = #expect(throws: IchorError.self) { try training.run() }
    #expect(error?.code == "no-skill")
    training.watchdog.actions = [.noSkill: .warn]
    #expect(try training.run().checkpoints.last?.position.watchdog.told == [.noSkill])
  }

  /// The first layer has no gradient, which the watchdog is not to take for a dead one.
  @Test(arguments: [false, true])
  func frozenLayersStayAndAreNotDead(allWeights: Bool) throws {
    var training = try ToyTraining()
    training.frozen = ["conv1.weight", "bn1.weight", "bn1.bias"]
    if allWeights { training.frozen.formUnion(["conv2.weight", "fc.weight"]) }
    training.watchdog = Watchdog.Rules(actions: [.deadGradients: .stop], deadSteps: 1)
    let (start, outcome) = (training.initial.parameters, try training.run())
    #expect(outcome.ending == .finished)
    let end = try #require(outcome.checkpoints.last?.parameters)
    let statistics = ["bn1.running_mean", "bn1.running_var"]
    for (name, tensor) in start {
      #expect((end[name] == tensor) == training.frozen.union(statistics).contains(name), "\(name)")
    }
  }

  @Test func theDeadlineKeepsTheWork() throws {
    var training = try ToyTraining()
    training.deadline = .now
    let outcome = try training.run()
    #expect(!outcome.wasCancelled && outcome.records.isEmpty)
    #expect(outcome.checkpoints.map(\.position) == [TrainingPosition()])
    #expect(outcome.ending == .stopped(at: TrainingPosition()))
    training.deadline = nil
    let resumed = try training.run(after: outcome)
    #expect(resumed.ending == .finished)
    try expectEqual(try training.run(), outcome, resumed)
  }

  /// Five steps into the second epoch a signal comes, and the next run finds no time left.
  @Test func theDeadlineStopsWhereItComes() throws {
    var training = try ToyTraining()
    let whole = try training.run()
    let signalled = try training.run { $0 == 13 }
    training.deadline = .now
    let stopped = try training.run(after: signalled)
    let position = try #require(signalled.checkpoints.last?.position)
    #expect(position.epoch == 1 && position.step == 5)
    #expect(stopped.ending == .stopped(at: position))
    training.deadline = nil
    let resumed = try training.run(after: stopped)
    try expectEqual(whole, signalled, resumed)
  }

  /// A schedule that does not count the epochs; and a second phase that was not there at first.
  @Test(arguments: ["constant", "step", "plateau", "phase"])
  func moreOfItGoesOnAsIfItHadBeenSoLong(what: String) throws {
    func phase(_ epochs: Int) -> TrainingPhase {
      let shape: LearningRateSchedule.Shape =
        switch what {
        case "step": .step(every: ToyTraining.stepsPerEpoch, factor: 0.5)
        case "plateau": .plateau(PlateauSchedule(factor: 0.5, patience: 0, minDelta: 10))
        default: .constant
        }
      var phase = ToyTraining.phase(epochs: epochs)
      phase.schedule = LearningRateSchedule(
        peak: 0.1, shape: shape, warmupSteps: 4, totalSteps: epochs * ToyTraining.stepsPerEpoch)
      return phase
    }
    var training = try ToyTraining()
    training.average = WeightAverage(decay: 0.9, interval: 3)
    training.phases = [phase(2)]
    let short = try training.run()
    training.phases = what == "phase" ? [phase(2), ToyTraining.twoPhases[1]] : [phase(4)]
    try expectEqual(try training.run(), short, try training.run(after: short))
  }

  /// No loss falls by 10: each phase ends after its second epoch, the second with the first's best.
  @Test func earlyStoppingEndsPhasesAndIsResumed() throws {
    var training = try ToyTraining()
    training.phases = [ToyTraining.phase(epochs: 6), ToyTraining.twoPhases[1]]
    training.earlyStop = EarlyStopping(patience: 1, minDelta: 10)
    let whole = try training.run()
    #expect(whole.records.map(\.phase) == ["sgd", "sgd", "rmsprop", "rmsprop"])
    let end = try #require(whole.checkpoints.last?.position)
    #expect(end.epoch == 4 && end.stopping?.phaseStart == 2 && end.stopping?.ended == [2, 4])
    #expect(end.stopping?.scores == whole.records[2...].map(\.validation.loss))
    // The second phase warms up from its own first step.
    #expect(whole.records[2].learningRate == 0.001)
    for stop in [5, 12, 16, 20] {
      let stopped = try training.run { $0 == stop }
      #expect(stopped.wasCancelled)
      try expectEqual(whole, stopped, try training.run(after: stopped))
    }
    // A training that is over stays so, and gets the phase that it did not have.
    training.phases.removeLast()
    let single = try training.run()
    #expect(single.records.count == 2)
    #expect(try training.run(after: single).records.isEmpty)
    training.phases.append(ToyTraining.twoPhases[1])
    try expectEqual(whole, single, try training.run(after: single))
  }

  /// Positions that a checkpoint of another training may have, and that no array should meet.
  @Test func positionsOfOtherTrainingsAreRefused() throws {
    let training = try ToyTraining()
    func refusal(_ change: (inout TrainingPosition) -> Void) -> String? {
      var state = training.initial
      change(&state.position)
      let error = #expect(throws: IchorError.self) { try training.run(from: state) }
      return error?.code
    }
    #expect(refusal { $0.phase = 1 } == "checkpoint-position")
    #expect(refusal { $0.phase = .max } == "checkpoint-position")
    #expect(refusal { $0.epoch = 3 } == "checkpoint-position")
    #expect(refusal { $0.epoch = .max } == "checkpoint-position")
    #expect(refusal { $0.step = ToyTraining.stepsPerEpoch + 1 } == "checkpoint-position")
    #expect(refusal { ($0.epoch, $0.step) = (2, 1) } == "checkpoint-position")
  }

  /// A ReLU makes 0 of NaN: the loss alone would not tell that the first layers are gone.
  @Test func parametersThatAreNotFiniteAreRefused() throws {
    let training = try ToyTraining()
    var state = training.initial
    state.parameters["conv1.weight"]?.values[0] = .nan
    let error = #expect(throws: IchorError.self) { try training.run(from: state) }
    #expect(error?.code == "parameters-not-finite" || error?.code == "loss-not-finite")
  }

  /// The rate explodes in the second epoch: the message says where, and what is left.
  @Test func aBrokenTrainingNamesStepAndCheckpoint() throws {
    var training = try ToyTraining()
    training.phases = [
      ToyTraining.phase(epochs: 1),
      TrainingPhase(
        name: "sgd", epochs: 1, rule: UpdateRule(.sgd(nesterov: false), rate: 0),
        schedule: LearningRateSchedule(
          peak: 1e38, shape: .constant, warmupSteps: 0, totalSteps: ToyTraining.stepsPerEpoch)),
    ]
    let error = #expect(throws: IchorError.self) { try training.run() }
    #expect(error?.message.contains("of epoch 2, learning rate 1e+38") == true)
    #expect(
      error?.message.contains(
        "the last good checkpoint, step 0 of epoch 2, is what was kept last") == true)
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
      parameters, epoch: 0, context: JobContext(logger: .init(label: "test"), threads: 1)
    ).evaluation
    #expect(abs(evaluation.loss - log(2)) < 1e-7)
    let problem = try ToyProblem(count: 22, seed: 2)
    for label in 0..<2 {
      let positives = stride(from: label, to: 44, by: 2).count { problem.labels[$0] == 1 }
      #expect(evaluation.labels[label].positives == positives)
    }
  }
}
