import Foundation
import Testing
import Training
import Vocabulary

@Suite struct WatchdogTests {
  private static func rules(_ action: WatchdogAction) -> Watchdog.Rules {
    Watchdog.Rules(
      actions: Dictionary(uniqueKeysWithValues: Watchdog.Trouble.allCases.map { ($0, action) }))
  }

  private struct Found: Equatable {
    let trouble: Watchdog.Trouble
    let step: Int
  }

  /// Every verdict and the step at which it came; through JSON after each where `viaCheckpoints`.
  private static func watch(
    _ history: WatchdogHistory, _ rules: Watchdog.Rules, viaCheckpoints: Bool = false
  ) throws -> [Found] {
    var watchdog = Watchdog(rules: rules, floor: history.floor)
    var found: [Found] = []
    for step in history.losses.indices {
      var verdicts = [
        watchdog.stepFinished(
          loss: history.losses[step], gradientNorm: history.gradientNorms[step])
      ].compactMap(\.self)
      if (step + 1).isMultiple(of: 60) {
        let epoch = step / 60
        verdicts += watchdog.epochFinished(
          validationLoss: history.validation[epoch], spread: history.spreads[epoch])
      }
      found += verdicts.map { Found(trouble: $0.trouble, step: step + 1) }
      if viaCheckpoints {
        let kept = try JSONEncoder().encode(watchdog.state)
        watchdog = Watchdog(rules: rules, floor: history.floor)
        watchdog.state = try JSONDecoder().decode(Watchdog.State.self, from: kept)
      }
    }
    return found
  }

  @Test func aHealthyTrainingIsLeftAlone() throws {
    #expect(try Self.watch(.healthy, Self.rules(.stop)) == [])
    // Its first steps are wild, with losses up to 20.
    #expect(WatchdogHistory.recovering.losses.max() ?? 0 > 20)
    #expect(try Self.watch(.recovering, Self.rules(.stop)) == [])
  }

  /// The gradient is zero from the seventh step on, the classifier's bias learns the base rates.
  @Test func aDeadNetworkIsFoundOut() throws {
    let found = try Self.watch(.dead, Self.rules(.warn))
    #expect(found.first == Found(trouble: .deadGradients, step: 26))
    #expect(found.contains(Found(trouble: .constantOutput, step: 60)))
    #expect(found.contains(Found(trouble: .noSkill, step: 180)))
    #expect(Set(found.map(\.trouble)).count == found.count, "a warning comes once")
    let stopping = try Self.watch(.dead, Self.rules(.stop))
    #expect(stopping.count { $0.trouble == .deadGradients } == 180 - 25)
    #expect(try Self.watch(.dead, Self.rules(.off)) == [])
  }

  @Test func aDivergingTrainingIsFoundOut() throws {
    let found = try Self.watch(.diverging, Self.rules(.warn))
    #expect(
      found == [
        Found(trouble: .noSkill, step: 180), Found(trouble: .divergence, step: 199),
      ])
  }

  @Test(arguments: [WatchdogHistory.healthy, .dead, .diverging, .recovering])
  func aResumedTrainingGetsTheSameVerdicts(_ history: WatchdogHistory) throws {
    for action in [WatchdogAction.warn, .stop] {
      let rules = Self.rules(action)
      #expect(
        try Self.watch(history, rules, viaCheckpoints: true) == Self.watch(history, rules))
    }
  }

  /// 0.2 for 200 steps, then 1: the mean over 100 steps follows 1 - 0.8 * 0.99^n, and passes
  /// 3 * 0.2 at n = 69 (0.99^68 = 0.5049, 0.99^69 = 0.4998); the 100th such step is n = 168, with a
  /// mean of 0.8522.
  @Test func aLossThatRisesLateDiverges() throws {
    var watchdog = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for _ in 0..<200 { #expect(watchdog.stepFinished(loss: 0.2, gradientNorm: nil) == nil) }
    for _ in 1..<168 { #expect(watchdog.stepFinished(loss: 1, gradientNorm: nil) == nil) }
    let last = watchdog.stepFinished(loss: 1, gradientNorm: nil)
    let verdict = try #require(last)
    #expect(verdict.trouble == .divergence && verdict.action == .stop)
    #expect(verdict.message.contains("0.8522") && verdict.message.contains("0.2000"))
    #expect(verdict.remedy.contains("learning rate"))
    // The same, but ten times smaller: it stays below the floor.
    var small = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for _ in 0..<200 { _ = small.stepFinished(loss: 0.02, gradientNorm: nil) }
    for _ in 0..<500 { #expect(small.stepFinished(loss: 0.1, gradientNorm: nil) == nil) }
  }

  /// High from the first step on, judged from the 100th to the 199th: there is no low mean to
  /// compare with but that of guessing.
  @Test func aLossThatStartsHighAndStaysDiverges() throws {
    var watchdog = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for _ in 0..<198 { #expect(watchdog.stepFinished(loss: 2.1, gradientNorm: nil) == nil) }
    let last = watchdog.stepFinished(loss: 2.1, gradientNorm: nil)
    let verdict = try #require(last)
    #expect(verdict.message.contains("one half"))
    var high = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for _ in 0..<300 { #expect(high.stepFinished(loss: 2.05, gradientNorm: nil) == nil) }
  }

  @Test(arguments: [(Double.nan, 1.0), (.infinity, 1), (0.5, .nan), (0.5, .infinity)])
  func whatIsNotFiniteDivergesAtOnce(loss: Double, norm: Double) throws {
    var watchdog = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    _ = watchdog.stepFinished(loss: 0.7, gradientNorm: 1)
    let last = watchdog.stepFinished(loss: loss, gradientNorm: norm)
    let verdict = try #require(last)
    #expect(verdict.trouble == .divergence && verdict.message.contains("Step 2"))
    #expect(watchdog.state.meanLoss == 0.7)
  }

  @Test func aGradientThatComesBackIsNotDead() {
    var watchdog = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for step in 0..<200 {
      let norm = step % 20 == 19 ? 1e-9 : 0
      #expect(watchdog.stepFinished(loss: 0.5, gradientNorm: norm) == nil)
    }
    for _ in 0..<200 { #expect(watchdog.stepFinished(loss: 0.5, gradientNorm: nil) == nil) }
  }

  @Test func theFloorIsJudgedByTheBestEpoch() throws {
    var watchdog = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for loss in [0.9, 0.29, 0.8, 0.7] {
      #expect(watchdog.epochFinished(validationLoss: loss, spread: 0.5) == [])
    }
    var without = Watchdog(rules: Self.rules(.stop), floor: 0.3)
    for loss in [0.9, .nan] {
      #expect(without.epochFinished(validationLoss: loss, spread: 0.5) == [])
    }
    let verdicts = without.epochFinished(validationLoss: 0.3, spread: 0.5)
    #expect(verdicts.map(\.trouble) == [.noSkill])
    let message = try #require(verdicts.first).message
    #expect(message.contains("3 epochs") && message.contains("0.3000"))
    #expect(without.epochFinished(validationLoss: 0.2, spread: 0.5) == [])
  }

  @Test func spreadIsTheWidestRangeOfALabel() {
    #expect(Watchdog.spread(of: [0.1, 0.5, 0.1, 0.5, 0.1, 0.5], labels: 2) == 0)
    #expect(Watchdog.spread(of: [0.25, 0.5, 0.75, 0.5, 0.5, 0.75], labels: 2) == 0.5)
    #expect(Watchdog.spread(of: [0.25, 0.5], labels: 2) == 0)
    #expect(Watchdog.spread(of: [], labels: 2) == 0)
  }
}
