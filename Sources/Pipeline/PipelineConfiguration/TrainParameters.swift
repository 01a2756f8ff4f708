import PipelineContract
import Vocabulary

/// How one network is trained.
package struct TrainParameters: Codable, Equatable, Sendable {
  /// Where the file does not give it, the architecture that the instance's key names.
  package var model: Architecture
  /// Edge length of the pictures, one of `convert.sizes`.
  package var size: Int
  /// Where pictures hold HU, the windows that are applied to them, one per channel.
  package var windows: [WindowName]?
  /// Slices of one pass; batch statistics are taken over them.
  package var batch: Int
  /// How many passes' mean gradient makes one optimiser step.
  package var accumulate: Int
  /// Optimiser steps per epoch; `nil` for every slice once.
  package var stepsPerEpoch: Int?
  /// The epochs of each phase that doesn't say otherwise.
  package var epochs: Int
  /// At least one.
  package var phases: [PhaseParameters]
  package var sampler: SamplerParameters
  package var augment: AugmentParameters
  package var watchdog: WatchdogParameters
  package var seed: Int
  /// Weight of the label `any` in the loss; the others weigh 1.
  package var anyWeight: Double
  /// A safetensors file to start from; `nil`: He normal.
  package var weights: String?
  /// Parameters whose names begin with one of these stay as they are.
  package var freeze: [String]
  /// Whether batch normalisations that are frozen keep their running statistics, and use them.
  package var freezeStatistics: Bool
  /// Share of the weights' exponential moving average that each optimiser step keeps; `nil`: no
  /// average is taken.
  package var emaDecay: Double?
  /// What the best checkpoint is chosen by.
  package var monitor: Monitor
  /// Ends phases that no longer get better; `nil`: each has all its epochs.
  package var stop: EarlyStoppingParameters?
  /// The weights of the artifact that is there, or of unfinished work, to start from; `nil`: none.
  package var continueFrom: PhaseStart?
  /// Optimiser steps between two checkpoints.
  package var checkpointSteps: Int

  /// The phases of the report: SGD, then RMSprop from the best weights, `epochs` of each.
  package init(model: Architecture, size: Int, batch: Int, epochs: Int) {
    self.model = model
    self.size = size
    self.batch = batch
    self.epochs = epochs
    accumulate = 1
    phases = Self.reportsOptimizers.map { PhaseParameters(optimizer: $0) }
    sampler = SamplerParameters()
    augment = AugmentParameters()
    watchdog = WatchdogParameters()
    seed = 1
    anyWeight = 2
    freeze = []
    freezeStatistics = true
    monitor = .loss
    checkpointSteps = 500
  }

  /// What the network sees of pictures converted that way, one window per channel.
  package func shownWindows(of convert: ConvertParameters) -> [WindowName] {
    switch convert.content {
    case .windows(let windows): windows
    case .hounsfieldUnits: windows ?? ConvertParameters.usualWindows
    }
  }

  /// The epochs of all phases together.
  package var totalEpochs: Int { phases.reduce(0) { $0 + ($1.epochs ?? epochs) } }

  private static let reportsOptimizers: [Optimizer] = [.sgd, .rmsprop]

  static let epochs = 1...100_000

  enum CodingKeys: String, CodingKey, CaseIterable {
    case model
    case size
    case windows
    case batch
    case accumulate
    case stepsPerEpoch = "steps_per_epoch"
    case epochs
    case phases
    case sampler
    case augment
    case watchdog
    case seed
    case anyWeight = "any_weight"
    case weights
    case freeze
    case freezeStatistics = "freeze_statistics"
    case emaDecay = "ema_decay"
    case monitor
    case stop
    case continueFrom = "continue_from"
    case checkpointSteps = "checkpoint_steps"
  }

  /// Every key that is allowed in a network's section.
  static let knownKeys =
    CodingKeys.allCases.map(\.stringValue)
    + PhaseParameters.knownKeys.filter { $0 != CodingKeys.epochs.stringValue }

  /// - Parameters:
  ///   - key: the instance's name, the default of `model`.
  ///   - convert: the conversion, for its sizes and windows.
  init(_ section: ConfigurationSection, key: String, convert: ConvertParameters) throws {
    self.init(
      model: try Self.model(section, key: key),
      size: try section.integer(CodingKeys.size, in: PictureSize.allowed),
      batch: try section.integer(CodingKeys.batch, in: 1...65_536),
      epochs: try Self.epochs(section))
    accumulate = try section.integer(CodingKeys.accumulate, default: accumulate, in: 1...65_536)
    stepsPerEpoch = try section.optionalInteger(CodingKeys.stepsPerEpoch, in: 1...1_000_000_000)
    phases = try phases(section)
    sampler = try SamplerParameters(
      section.section(CodingKeys.sampler, known: SamplerParameters.CodingKeys.self))
    augment = try AugmentParameters(
      section.section(CodingKeys.augment, known: AugmentParameters.CodingKeys.self))
    watchdog = try WatchdogParameters(
      section.section(CodingKeys.watchdog, known: WatchdogParameters.CodingKeys.self))
    seed = try section.integer(CodingKeys.seed, default: seed, in: ConfigurationSection.seeds)
    anyWeight = try section.number(CodingKeys.anyWeight, default: anyWeight, in: 0...1000)
    weights = try section.path(CodingKeys.weights)
    freeze = try section.texts(CodingKeys.freeze)
    freezeStatistics = try section.bool(CodingKeys.freezeStatistics, default: true)
    if !freezeStatistics, freeze.isEmpty {
      throw section.fault(
        CodingKeys.freezeStatistics, code: "setting-idle", "Nothing is frozen",
        remedy: "Name what to freeze in freeze, or leave it out.")
    }
    windows = try windows(section, convert)
    emaDecay = try section.optionalNumber(CodingKeys.emaDecay, in: 0.01...0.999_999)
    monitor = try section.choice(CodingKeys.monitor, default: monitor)
    stop = try EarlyStoppingParameters(
      in: section, longest: phases.map { $0.epochs ?? epochs }.max() ?? epochs)
    continueFrom = try section.optionalChoice(CodingKeys.continueFrom)
    if weights != nil, continueFrom != nil {
      throw section.fault(
        CodingKeys.continueFrom, code: "start-ambiguous",
        "A training can't start from a file and from the weights that are there",
        remedy: "Leave out one of weights and continue_from.")
    }
    checkpointSteps = try section.integer(
      CodingKeys.checkpointSteps, default: checkpointSteps, in: 1...1_000_000_000)
    try requireConverted(section, convert)
  }

  /// The network's own number; where every phase has one, it can be left out.
  private static func epochs(_ section: ConfigurationSection) throws -> Int {
    let key = CodingKeys.epochs
    let phases = try section.sections(CodingKeys.phases, known: PhaseParameters.knownKeys) ?? []
    guard section.node(key) == nil, !phases.isEmpty, phases.allSatisfy({ $0.node(key) != nil })
    else { return try section.integer(key, in: epochs) }
    return try phases[0].integer(key, in: epochs)
  }

  /// The phases of the list, or the one that the network's own keys make, or the report's two.
  private func phases(_ section: ConfigurationSection) throws -> [PhaseParameters] {
    func phase(_ own: ConfigurationSection, _ optimizer: Optimizer) throws -> PhaseParameters {
      try PhaseParameters(
        own, in: section, optimizer: optimizer, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    }
    let list = try section.sections(CodingKeys.phases, known: PhaseParameters.knownKeys)
    if let list { return try list.map { try phase($0, .sgd) } }
    let optimizer: Optimizer? = try section.optionalChoice(PhaseParameters.CodingKeys.optimizer)
    return try (optimizer.map { [$0] } ?? Self.reportsOptimizers).map { try phase(section, $0) }
  }

  /// Where convert stores Hounsfield units, the windows to apply; otherwise convert's decide.
  private func windows(_ section: ConfigurationSection, _ convert: ConvertParameters) throws
    -> [WindowName]?
  {
    let windows: [WindowName]? = try section.choices(
      CodingKeys.windows, count: PictureContent.windowCount)
    if convert.keepsHounsfieldUnits { return windows ?? ConvertParameters.usualWindows }
    func fault(_ key: CodingKeys, _ message: String) -> any Error {
      section.fault(
        key, code: "windows-applied", "\(message), but convert has already applied its windows",
        remedy: "Set convert.windows to \(PictureContent.hounsfieldSpelling), or leave it out.")
    }
    if windows != nil { throw fault(.windows, "Windows are named here") }
    if augment.variesWindows { throw fault(.augment, "Windows are to vary at random") }
    return nil
  }

  private static func model(_ section: ConfigurationSection, key: String) throws -> Architecture {
    if let model: Architecture = try section.choice(CodingKeys.model) { return model }
    guard let model = Architecture(rawValue: key) else {
      let known = Architecture.spellings.joined(separator: ", ")
      throw section.fault(
        CodingKeys.model, code: "model-missing", "“\(key)” is not the name of an architecture",
        remedy: "Add “model:” with one of \(known).")
    }
    return model
  }

  private func requireConverted(_ section: ConfigurationSection, _ convert: ConvertParameters)
    throws
  {
    guard convert.sizes.contains(size) else {
      throw section.fault(
        CodingKeys.size, code: "size-not-converted",
        "Size \(size) is not one of those that convert makes",
        remedy: "Use one of \(convert.sizes.map(String.init).joined(separator: ", ")), or add it "
          + "to convert.sizes.")
    }
  }

  // Where there is one phase, its keys are beside the network's own, as in the file; several are
  // listed by number. A changed key is then named.

  private struct Place: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ place: Int) { stringValue = String(place) }

    init?(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  /// - Throws: `DecodingError` where a value is missing or of another type.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    model = try keys.decode(Architecture.self, forKey: .model)
    size = try keys.decode(Int.self, forKey: .size)
    windows = try keys.decodeIfPresent([WindowName].self, forKey: .windows)
    batch = try keys.decode(Int.self, forKey: .batch)
    accumulate = try keys.decode(Int.self, forKey: .accumulate)
    stepsPerEpoch = try keys.decodeIfPresent(Int.self, forKey: .stepsPerEpoch)
    epochs = try keys.decode(Int.self, forKey: .epochs)
    if keys.contains(.phases) {
      let list = try keys.nestedContainer(keyedBy: Place.self, forKey: .phases)
      phases = try list.allKeys.indices.map {
        try list.decode(PhaseParameters.self, forKey: Place($0))
      }
    } else {
      phases = [try PhaseParameters(from: decoder)]
    }
    sampler = try keys.decode(SamplerParameters.self, forKey: .sampler)
    augment = try keys.decode(AugmentParameters.self, forKey: .augment)
    watchdog = try keys.decode(WatchdogParameters.self, forKey: .watchdog)
    seed = try keys.decode(Int.self, forKey: .seed)
    anyWeight = try keys.decode(Double.self, forKey: .anyWeight)
    weights = try keys.decodeIfPresent(String.self, forKey: .weights)
    freeze = try keys.decode([String].self, forKey: .freeze)
    // Trainings from before the key was there followed the batch.
    freezeStatistics =
      try keys.decodeIfPresent(Bool.self, forKey: .freezeStatistics) ?? freeze.isEmpty
    emaDecay = try keys.decodeIfPresent(Double.self, forKey: .emaDecay)
    monitor = try keys.decode(Monitor.self, forKey: .monitor)
    stop = try keys.decodeIfPresent(EarlyStoppingParameters.self, forKey: .stop)
    continueFrom = try keys.decodeIfPresent(PhaseStart.self, forKey: .continueFrom)
    checkpointSteps = try keys.decode(Int.self, forKey: .checkpointSteps)
  }

  /// - Throws: what `encoder` throws.
  package func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(model, forKey: .model)
    try keys.encode(size, forKey: .size)
    try keys.encodeIfPresent(windows, forKey: .windows)
    try keys.encode(batch, forKey: .batch)
    try keys.encode(accumulate, forKey: .accumulate)
    try keys.encodeIfPresent(stepsPerEpoch, forKey: .stepsPerEpoch)
    try keys.encode(epochs, forKey: .epochs)
    if phases.count == 1 {
      try phases[0].encode(to: encoder)
    } else {
      var list = keys.nestedContainer(keyedBy: Place.self, forKey: .phases)
      for (place, phase) in phases.enumerated() { try list.encode(phase, forKey: Place(place)) }
    }
    try keys.encode(sampler, forKey: .sampler)
    try keys.encode(augment, forKey: .augment)
    try keys.encode(watchdog, forKey: .watchdog)
    try keys.encode(seed, forKey: .seed)
    try keys.encode(anyWeight, forKey: .anyWeight)
    try keys.encodeIfPresent(weights, forKey: .weights)
    try keys.encode(freeze, forKey: .freeze)
    if !freeze.isEmpty { try keys.encode(freezeStatistics, forKey: .freezeStatistics) }
    try keys.encodeIfPresent(emaDecay, forKey: .emaDecay)
    try keys.encode(monitor, forKey: .monitor)
    try keys.encodeIfPresent(stop, forKey: .stop)
    try keys.encodeIfPresent(continueFrom, forKey: .continueFrom)
    try keys.encode(checkpointSteps, forKey: .checkpointSteps)
  }
}
