import Foundation
import Testing
import Training

@Suite struct PlateauScheduleTests {
  struct Run: Sendable, CustomTestStringConvertible {
    let plateau: PlateauSchedule
    /// The rate that each epoch leaves for the next.
    let rates: [Double]
    var testDescription: String { "\(plateau)" }
  }

  /// `LOSSES` of Tests/Oracles/schedule_traces.py; the rates are those of Keras 3.15.1's callback.
  private static let losses: [Double] = [
    0.60, 0.52, 0.55, 0.51995, 0.53, 0.48, 0.481, 0.482, 0.483, 0.484, 0.485, 0.47, 0.4692, 0.4693,
    0.4694, 0.46915, 0.4691, 0.50, 0.51, 0.52, 0.30, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37,
  ]

  private static let runs: [Run] = [
    Run(
      plateau: PlateauSchedule(
        factor: 0.5, patience: 2, minDelta: 0.0001, cooldown: 0, minimumRate: 0.0),
      rates: [
        0.1, 0.1, 0.1, 0.05, 0.05, 0.05,
        0.05, 0.025, 0.025, 0.0125, 0.0125, 0.0125,
        0.0125, 0.0125, 0.00625, 0.00625, 0.003125, 0.003125,
        0.0015625, 0.0015625, 0.0015625, 0.0015625, 0.00078125, 0.00078125,
        0.000390625, 0.000390625, 0.0001953125, 0.0001953125,
      ]),
    Run(
      plateau: PlateauSchedule(
        factor: 0.1, patience: 3, minDelta: 0.001, cooldown: 0, minimumRate: 0.0005),
      rates: [
        0.1, 0.1, 0.1, 0.1, 0.01, 0.01,
        0.01, 0.01, 0.0009999999, 0.0009999999, 0.0009999999, 0.0009999999,
        0.0009999999, 0.0009999999, 0.0005, 0.0005, 0.0005, 0.0005,
        0.0005, 0.0005, 0.0005, 0.0005, 0.0005, 0.0005,
        0.0005, 0.0005, 0.0005, 0.0005,
      ]),
    Run(
      plateau: PlateauSchedule(
        factor: 0.5, patience: 1, minDelta: 0.0001, cooldown: 3, minimumRate: 0.0),
      rates: [
        0.1, 0.1, 0.05, 0.05, 0.05, 0.05,
        0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125,
        0.0125, 0.00625, 0.00625, 0.00625, 0.003125, 0.003125,
        0.003125, 0.0015625, 0.0015625, 0.0015625, 0.00078125, 0.00078125,
        0.00078125, 0.000390625, 0.000390625, 0.000390625,
      ]),
    Run(
      plateau: PlateauSchedule(
        factor: 0.5, patience: 2, minDelta: 0.0001, cooldown: 1, minimumRate: 0.03),
      rates: [
        0.1, 0.1, 0.1, 0.05, 0.05, 0.05,
        0.05, 0.03, 0.03, 0.03, 0.03, 0.03,
        0.03, 0.03, 0.03, 0.03, 0.03, 0.03,
        0.03, 0.03, 0.03, 0.03, 0.03, 0.03,
        0.03, 0.03, 0.03, 0.03,
      ]),
    Run(
      plateau: PlateauSchedule(
        factor: 0.5, patience: 0, minDelta: 0.0, cooldown: 0, minimumRate: 0.0),
      rates: [
        0.1, 0.1, 0.05, 0.05, 0.025, 0.025,
        0.0125, 0.00625, 0.003125, 0.0015625, 0.00078125, 0.00078125,
        0.00078125, 0.000390625, 0.0001953125, 0.0001953125, 0.0001953125, 9.765625e-05,
        4.882813e-05, 2.441406e-05, 2.441406e-05, 1.220703e-05, 6.103516e-06, 3.051758e-06,
        1.525879e-06, 7.629395e-07, 3.814697e-07, 1.907349e-07,
      ]),
  ]

  /// Keras holds the rate as float32, here it is a double.
  @Test(arguments: runs)
  func ratesAreKerass(_ run: Run) {
    var schedule = LearningRateSchedule(
      peak: 0.1, shape: .plateau(run.plateau), warmupSteps: 0, totalSteps: 2800)
    for (epoch, loss) in Self.losses.enumerated() {
      schedule.epochFinished(validationLoss: loss)
      let rate = schedule.rate(step: (epoch + 1) * 100)
      #expect(abs(rate / run.rates[epoch] - 1) < 1e-6, "epoch \(epoch + 1)")
    }
  }

  /// Each run again, its progress through JSON after every epoch, as a checkpoint keeps it.
  @Test(arguments: runs)
  func progressGoesThroughACheckpoint(_ run: Run) throws {
    let fresh = LearningRateSchedule(
      peak: 0.1, shape: .plateau(run.plateau), warmupSteps: 0, totalSteps: 2800)
    var whole = fresh
    var kept = try JSONEncoder().encode(fresh.progress)
    for loss in Self.losses {
      whole.epochFinished(validationLoss: loss)
      var resumed = fresh
      resumed.progress = try JSONDecoder().decode(PlateauSchedule.Progress.self, from: kept)
      resumed.epochFinished(validationLoss: loss)
      #expect(resumed == whole)
      kept = try JSONEncoder().encode(resumed.progress)
    }
  }

  @Test func warmUpClimbsToThePlateausRate() {
    var schedule = LearningRateSchedule(
      peak: 0.1, shape: .plateau(PlateauSchedule(factor: 0.5, patience: 1)), warmupSteps: 4,
      totalSteps: 100)
    #expect(schedule.rate(step: 1) == 0.05)
    schedule.epochFinished(validationLoss: 1)
    schedule.epochFinished(validationLoss: 1)
    #expect(schedule.rate(step: 1) == 0.025)
    #expect(schedule.rate(step: 4) == 0.05)
  }

  /// Keras would take a first NaN for the best loss, and never see a better one.
  @Test func aLossThatIsNoNumberIsNoImprovement() {
    var schedule = LearningRateSchedule(
      peak: 0.1, shape: .plateau(PlateauSchedule(factor: 0.5, patience: 3)), warmupSteps: 0,
      totalSteps: 100)
    for loss in [.nan, 0.5, .nan, .infinity] { schedule.epochFinished(validationLoss: loss) }
    #expect(schedule.progress.best == 0.5)
    #expect(schedule.progress.rate == 0.1)
    schedule.epochFinished(validationLoss: .nan)
    #expect(schedule.progress.rate == 0.05)
  }
}
