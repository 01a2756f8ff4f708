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
}
