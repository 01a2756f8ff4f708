import Diagnostics
import Foundation
import Testing

@testable import PipelineConfiguration

/// The sections of a network that say how slices are drawn, how the rate changes and what is
/// watched.
@Suite struct TrainingSectionTests {
  private static func section(_ yaml: String, key: String, known: [String]) throws
    -> ConfigurationSection
  {
    let folder = URL(fileURLWithPath: "/etc")
    let origin = { (line: Int?) in
      ConfigurationNode.Origin(place: "p.yaml:\(line ?? 0)", folder: folder)
    }
    let node = try ConfigurationNode.parse(yaml, origin: origin)
    return try ConfigurationSection(
      node ?? ConfigurationNode(value: .mapping([]), origin: origin(1)), key: key, known: known)
  }

  private static func sampler(_ yaml: String) throws -> SamplerParameters {
    let known = SamplerParameters.CodingKeys.allCases.map(\.stringValue)
    return try SamplerParameters(section(yaml, key: "sampler", known: known))
  }

  private static func schedule(
    _ yaml: String, epochs: Int = 10, stepsPerEpoch: Int? = 100,
    defaults: ScheduleParameters = ScheduleParameters()
  ) throws -> ScheduleParameters {
    let known = ScheduleParameters.CodingKeys.allCases.map(\.stringValue)
    let section = try section(yaml, key: "phase", known: known)
    let schedule = try ScheduleParameters(section, defaults: defaults)
    try schedule.requireEffect(
      in: section, epochs: epochs, learningRate: 0.1, stepsPerEpoch: stepsPerEpoch)
    return schedule
  }

  @Test func samplerIsReadWithItsDefaults() throws {
    #expect(try Self.sampler("") == SamplerParameters())
    #expect(try Self.sampler("kind: epochs\nkeep_negative: 1\nweights: null").kind == .epochs)
    let weighted = try Self.sampler(
      """
      kind: weighted
      keep_positive: 0.5
      keep_negative: 0.35
      positive_share: 0.4
      weights: {subdural: 0.1, epidural: 0.3, intraventricular: 0.2, intraparenchymal: 0.25,
        subarachnoid: 0.15}
      """)
    #expect(weighted.keepPositive == 0.5 && weighted.keepNegative == 0.35)
    #expect(weighted.positiveShare == 0.4)
    #expect(weighted.subtypeShares == [0.3, 0.25, 0.2, 0.15, 0.1])
    #expect(try Self.sampler("kind: weighted").subtypeShares == nil)
    let encoded = try JSONEncoder().encode(weighted)
    #expect(try JSONDecoder().decode(SamplerParameters.self, from: encoded) == weighted)
  }

  private static let zeros =
    "{epidural: 0, intraparenchymal: 0, intraventricular: 0, subarachnoid: 0, subdural: 0}"

  @Test(arguments: [
    ("kind: reservoir", "value-unknown", "p.yaml:1: sampler.kind", "weighted"),
    ("keep_negative: 0.5", "setting-idle", "p.yaml:1: sampler.keep_negative", "sampler.kind"),
    ("kind: epochs\npositive_share: 0.5", "setting-idle", "p.yaml:2", "weighted"),
    ("kind: weighted\nkeep_positive: 1.5", "value-out-of-range", "p.yaml:2", "0.0 to 1.0"),
    ("kind: weighted\npositive_share: half", "type-wrong", "p.yaml:2", "a number"),
    ("kind: weighted\nweights: {epidural: 1}", "key-missing", "weights.intraparenchymal", "each"),
    ("kind: weighted\nweights: {any: 1}", "key-unknown", "p.yaml:2", "epidural"),
    ("kind: weighted\nweights: \(zeros)", "value-out-of-range", "sampler.weights", "above 0"),
    ("kind: weighted\nkeep_positive: 0", "value-out-of-range", "p.yaml:2", "more than 0"),
    ("kind: weighted\nkeep_negative: 0", "value-out-of-range", "keep_negative", "more than 0"),
    ("kind: weighted\npositive_share: 1", "value-out-of-range", "positive_share", "less than 1"),
  ])
  func samplerFaultsNameKeyAndRemedy(yaml: String, code: String, place: String, remedy: String) {
    Self.check(code, place, remedy) { _ = try Self.sampler(yaml) }
  }

  @Test func schedulesThatActAreTaken() throws {
    #expect(try Self.schedule("") == ScheduleParameters())
    let plateau = try Self.schedule(
      "{schedule: plateau, factor: 0.5, patience: 8, cooldown: 2, min_learning_rate: 1e-5}")
    #expect(plateau.patience == 8 && plateau.cooldown == 2 && plateau.minDelta == 1e-4)
    #expect(try Self.schedule("{schedule: step, step_epochs: 9}").stepEpochs == 9)
    #expect(try Self.schedule("warmup_steps: 999").warmupSteps == 999)
    #expect(try Self.schedule("warmup_steps: 100000", stepsPerEpoch: nil).warmupSteps == 100_000)
    // Keys of the model's own schedule don't disturb a phase with a different one.
    let inherited = try Self.schedule("schedule: constant", defaults: plateau)
    #expect(inherited.schedule == .constant && inherited.patience == 8)
  }

  @Test(arguments: [
    ("{schedule: plateau, patience: 9}", 10, "schedule-never-acts", "phase.patience", "at most 8"),
    ("{schedule: plateau, patience: 0}", 2, "schedule-never-acts", "phase.patience", "3 epochs"),
    ("{schedule: plateau, factor: 1}", 10, "schedule-never-acts", "phase.factor", "0.1"),
    ("{schedule: plateau, factor: 0}", 10, "schedule-never-acts", "phase.factor", "0.1"),
    (
      "{schedule: plateau, min_learning_rate: 0.1}", 10, "schedule-never-acts",
      "phase.min_learning_rate", "learning_rate"
    ),
    (
      "{schedule: step, step_epochs: 10}", 10, "schedule-never-acts", "phase.step_epochs",
      "constant"
    ),
    ("{schedule: step, factor: 1}", 10, "schedule-never-acts", "phase.factor", "0.1"),
    ("warmup_steps: 1000", 10, "schedule-never-acts", "phase.warmup_steps", "fewer"),
    ("patience: 3", 10, "setting-idle", "phase.patience", "cosine reads"),
    ("{schedule: step, cooldown: 3}", 10, "setting-idle", "phase.cooldown", "step_epochs"),
    ("schedule: exponential", 10, "value-unknown", "phase.schedule", "plateau"),
  ])
  func schedulesThatCanNeverActAreRefused(
    yaml: String, epochs: Int, code: String, place: String, remedy: String
  ) {
    Self.check(code, place, remedy) { _ = try Self.schedule(yaml, epochs: epochs) }
  }

  @Test func watchdogIsRead() throws {
    let known = WatchdogParameters.CodingKeys.allCases.map(\.stringValue)
    func watchdog(_ yaml: String) throws -> WatchdogParameters {
      try WatchdogParameters(Self.section(yaml, key: "watchdog", known: known))
    }
    #expect(try watchdog("") == WatchdogParameters())
    let set = try watchdog("{floor: stop, floor_epochs: 5, divergence: off, divergence_factor: 2}")
    #expect(set.floor == .stop && set.floorEpochs == 5)
    #expect(set.divergence == .off && set.divergenceFactor == 2)
    Self.check("value-unknown", "watchdog.dead_gradients", "stop, warn, off") {
      _ = try watchdog("dead_gradients: ignore")
    }
    Self.check("value-out-of-range", "watchdog.divergence_factor", "1.0") {
      _ = try watchdog("divergence_factor: 0.5")
    }
  }

  private static func check(
    _ code: String, _ place: String, _ remedy: String, _ body: () throws -> Void
  ) {
    let error = #expect(throws: IchorError.self) { try body() }
    #expect(error?.kind == .configuration)
    #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "no error")")
    #expect(error?.location?.contains(place) == true, "\(error?.location ?? "no place")")
    #expect(error?.remedy.contains(remedy) == true, "\(error?.remedy ?? "no remedy")")
  }
}
