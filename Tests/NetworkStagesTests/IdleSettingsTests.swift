import Foundation
import PipelineConfiguration
import Testing
import Vocabulary

@testable import NetworkStages

/// Settings that can't act on a training of two epochs of ten steps.
@Suite struct IdleSettingsTests {
  private func notes(_ change: (inout TrainParameters) -> Void) -> [String] {
    var parameters = TrainParameters(model: .resnet18, size: 32, batch: 4, epochs: 2)
    parameters.phases = [PhaseParameters(optimizer: .sgd)]
    change(&parameters)
    return IdleSettings(parameters: parameters, key: "train.a", stepsPerEpoch: 10).notes
  }

  @Test func defaultsAreSilent() {
    #expect(notes { _ in } == [])
    #expect(notes { $0.phases = [PhaseParameters(optimizer: .rmsprop)] } == [])
  }

  @Test(arguments: ["pipeline.yaml", "recipes/report2019.yaml", "recipes/rsna2019.yaml"])
  func ourOwnRecipesAreSilent(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let configuration = try Configuration.load(file: root.appendingPathComponent(name))
    for (key, parameters) in configuration.train {
      let settings = IdleSettings(parameters: parameters, key: key, stepsPerEpoch: 400)
      #expect(settings.notes == [], "\(key)")
    }
  }

  @Test func rulesOfTheWatchdogThatComeTooLate() {
    #expect(
      notes { $0.watchdog.floorEpochs = 5 } == [
        "watchdog.floor can't act: it looks after 5 epochs, and the training has 2"
      ])
    #expect(notes { $0.watchdog.floor = .stop }.count == 1)
    #expect(notes { $0.watchdog.floorEpochs = 2 } == [])
    #expect(
      notes { $0.watchdog.deadSteps = 21 } == [
        "watchdog.dead_gradients can't act: it waits for 21 steps, and the training has 20"
      ])
    #expect(notes { $0.watchdog.divergenceFactor = 2 }[0].contains("takes 199 steps"))
    #expect(
      notes {
        $0.watchdog.divergence = .off
        $0.watchdog.divergenceFactor = 2
      } == ["watchdog.divergence_factor has no effect: watchdog.divergence is off"])
    #expect(
      notes {
        $0.watchdog.constantOutput = .off
        $0.watchdog.spread = 0.1
      }.count == 1)
  }

  /// (1 + 20) / (10 + 20) = 0.7; 0.999 after (10 * 0.999 - 1) / (1 - 0.999) = 8990 steps.
  @Test func anAverageThatIsNeverAsLongAsItsDecay() {
    func late(_ decay: Double) -> String? {
      var parameters = TrainParameters(model: .resnet18, size: 32, batch: 4, epochs: 2)
      parameters.emaDecay = decay
      return IdleSettings(parameters: parameters, key: "train.a", stepsPerEpoch: 10).lateDecay
    }
    #expect(late(0.999)?.contains("after 8990 steps, and the longest phase has 20") == true)
    #expect(late(0.999)?.hasSuffix("up to 0.7") == true)
    #expect(late(0.5) == nil)
    #expect(notes { $0.emaDecay = 0.999 } == [])
    #expect(
      notes {
        $0.emaDecay = 0.5
        $0.epochs = 1
      }[0].contains("is sampled once"))
  }

  @Test func blursWithoutAProbabilityOrWithoutAKind() {
    #expect(
      notes { $0.augment.blurMedian = 3...5 } == [
        "augment.blur_median has no effect: augment.blur, its probability, is 0"
      ])
    func blurred(_ range: ClosedRange<Double>) -> [String] {
      notes {
        $0.augment.blur = 0.5
        $0.augment.blurGaussian = range
      }
    }
    #expect(blurred(0...0).count == 1 && blurred(0...1) == [])
  }

  @Test func keysOfOtherOptimizersAndPhases() {
    #expect(
      notes { $0.phases[0].learningRate = 0 } == ["learning_rate is 0: the phase changes no weight"]
    )
    #expect(
      notes { $0.phases[0].rho = 0.5 } == ["rho has no effect: sgd does not read it"])
    #expect(
      notes { $0.phases[0].start = .last } == ["start has no effect: no phase comes before"])
    let second = notes {
      $0.phases += [PhaseParameters(optimizer: .rmsprop)]
      $0.phases[1].nesterov = false
      $0.phases[1].start = .last
    }
    #expect(second == ["phases[1].nesterov has no effect: rmsprop does not read it"])
  }

  @Test func frozenRandomValues() {
    #expect(notes { $0.freeze = ["conv1"] }.first?.hasPrefix("freeze keeps random values") == true)
    #expect(
      notes {
        $0.freeze = ["conv1"]
        $0.weights = "w.safetensors"
      } == [])
    #expect(
      notes {
        $0.freeze = ["conv1"]
        $0.continueFrom = .best
      } == [])
    #expect(notes { $0.anyWeight = 0 }.count == 1)
  }
}
