import Diagnostics
import Testing
import Training

@Suite struct LearningRateScheduleTests {
  /// Expected numbers: `schedule()` of Tests/Oracles/training_numbers.py, PyTorch's LambdaLR and
  /// CosineAnnealingLR one after the other.
  @Test func warmUpThenCosine() {
    let schedule = LearningRateSchedule(peak: 0.4, shape: .cosine, warmupSteps: 4, totalSteps: 12)
    let expected = [
      0.1, 0.2, 0.30000000000000004, 0.4, 0.4, 0.38477590650225735, 0.3414213562373095,
      0.276536686473018, 0.2, 0.12346331352698206, 0.05857864376269051, 0.015224093497742654,
    ]
    for (step, rate) in expected.enumerated() {
      #expect(abs(schedule.rate(step: step) - rate) < 1e-15, "step \(step)")
    }
    #expect(schedule.rate(step: 12) == 0)
    #expect(schedule.rate(step: 100) == 0)
  }

  @Test func constantKeepsItsPeak() {
    let schedule = LearningRateSchedule(
      peak: 0.1, shape: .constant, warmupSteps: 2, totalSteps: 10)
    #expect((0..<5).map { schedule.rate(step: $0) } == [0.05, 0.1, 0.1, 0.1, 0.1])
    #expect(schedule.rate(step: 1000) == 0.1)
  }

  @Test func noWarmUpStartsAtThePeak() {
    let schedule = LearningRateSchedule(peak: 0.1, shape: .cosine, warmupSteps: 0, totalSteps: 2)
    #expect(schedule.rate(step: 0) == 0.1)
    #expect(abs(schedule.rate(step: 1) - 0.05) < 1e-15)
  }

  /// Expected numbers: `steps()` of Tests/Oracles/schedule_traces.py, PyTorch's LinearLR and StepLR
  /// chained.
  @Test func stepsUnderAWarmUp() {
    let schedule = LearningRateSchedule(
      peak: 0.4, shape: .step(every: 3, factor: 0.5), warmupSteps: 5, totalSteps: 12)
    let expected = [0.08, 0.16, 0.24, 0.16, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05]
    for (step, rate) in expected.enumerated() {
      #expect(abs(schedule.rate(step: step) - rate) < 1e-15, "step \(step)")
    }
  }

  @Test func onlyAPlateauLooksAtTheLoss() {
    for shape in [
      LearningRateSchedule.Shape.constant, .cosine, .step(every: 2, factor: 0.5),
    ] {
      let before = LearningRateSchedule(peak: 0.1, shape: shape, warmupSteps: 0, totalSteps: 9)
      var after = before
      for _ in 0..<20 { after.epochFinished(validationLoss: 1) }
      #expect(after == before)
    }
  }

  @Test(arguments: [
    (LearningRateSchedule.Shape.constant, 10, 10, "train.a.phases[1].warmup_steps"),
    (.cosine, 11, 10, "train.a.phases[1].warmup_steps"),
    (.cosine, 9, 10, "train.a.phases[1].schedule"), (.cosine, 0, 1, "train.a.phases[1].schedule"),
  ])
  func aPhaseTooShortForItsScheduleIsRefused(
    shape: LearningRateSchedule.Shape, warmup: Int, total: Int, place: String
  ) {
    let schedule = LearningRateSchedule(
      peak: 0.1, shape: shape, warmupSteps: warmup, totalSteps: total)
    let error = #expect(throws: IchorError.self) {
      try schedule.requireEffect(at: "train.a.phases[1]")
    }
    #expect(error?.kind == .configuration)
    #expect(error?.code == "schedule-never-acts")
    #expect(error?.location == place)
  }

  @Test func aPhaseLongEnoughIsTaken() throws {
    for (shape, warmup, total) in [
      (LearningRateSchedule.Shape.constant, 0, 1), (.constant, 9, 10), (.cosine, 8, 10),
    ] {
      try LearningRateSchedule(peak: 0.1, shape: shape, warmupSteps: warmup, totalSteps: total)
        .requireEffect(at: "train.a")
    }
  }
}
