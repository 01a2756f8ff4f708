import Vocabulary

/// One phase of a training: an optimiser with its schedule. In the file its keys are side by
/// side, in a phase of `phases` or, as defaults of every phase, in the network's own section.
package struct PhaseParameters: Codable, Equatable, Sendable {
  package var optimizer: Optimizer
  /// `nil`: the network's.
  package var epochs: Int?
  /// The schedule's highest rate.
  package var learningRate: Double
  package var momentum: Double
  /// Nesterov's form of SGD's momentum.
  package var nesterov: Bool
  package var definition: OptimizerDefinition
  /// RMSprop: the part of its average of squares that is kept in a step.
  package var rho: Double
  /// RMSprop: keeps the division from blowing up.
  package var epsilon: Double
  /// L2 penalty on the weights of convolutions and of the classifier.
  package var weightDecay: Double
  /// The global norm that gradients are scaled down to; `nil`: none.
  package var clipNorm: Double?
  package var start: PhaseStart
  package var schedule: ScheduleParameters

  /// What is not given takes the optimiser's default: the report's SGD, Keras's RMSprop.
  package init(
    optimizer: Optimizer, definition: OptimizerDefinition = .keras, epochs: Int? = nil
  ) {
    self.optimizer = optimizer
    self.definition = definition
    self.epochs = epochs
    switch optimizer {
    case .sgd: (learningRate, momentum) = (0.1, 0.9)
    case .rmsprop: (learningRate, momentum) = (0.001, 0)
    }
    nesterov = true
    switch definition {
    case .keras: (rho, epsilon) = (0.9, 1e-7)
    case .pytorch: (rho, epsilon) = (0.99, 1e-8)
    }
    weightDecay = 1e-4
    clipNorm = nil
    start = .best
    schedule = ScheduleParameters()
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case optimizer
    case epochs
    case learningRate = "learning_rate"
    case momentum
    case nesterov
    case definition
    case rho
    case epsilon
    case weightDecay = "weight_decay"
    case clipNorm = "clip_norm"
    case start
  }

  /// Every key that is allowed in a phase.
  static let knownKeys =
    CodingKeys.allCases.map(\.stringValue)
    + ScheduleParameters.CodingKeys.allCases.map(\.stringValue)

  /// Reads a phase; what it leaves out comes from `network`, or is the optimiser's default.
  ///
  /// - Parameters:
  ///   - phase: the phase's own keys; the network's where it has no phases.
  ///   - network: the network's section, with `epochs`.
  ///   - optimizer: the one to take where neither names one.
  ///   - epochs: the network's number of them.
  init(
    _ phase: ConfigurationSection, in network: ConfigurationSection, optimizer fallback: Optimizer,
    epochs standard: Int, stepsPerEpoch: Int?
  ) throws {
    func section(_ key: CodingKeys) -> ConfigurationSection {
      phase.node(key) == nil ? network : phase
    }
    self.init(
      optimizer: try section(.optimizer).optionalChoice(CodingKeys.optimizer) ?? fallback,
      definition: try section(.definition).choice(CodingKeys.definition, default: .keras),
      epochs: phase.key == network.key
        ? nil : try phase.optionalInteger(CodingKeys.epochs, in: TrainParameters.epochs))
    func number(_ key: CodingKeys, _ standard: Double, in range: ClosedRange<Double>) throws
      -> Double
    {
      try section(key).optionalNumber(key, in: range) ?? standard
    }
    learningRate = try number(.learningRate, learningRate, in: 0...1000)
    momentum = try number(.momentum, momentum, in: 0...1)
    nesterov = try section(.nesterov).bool(CodingKeys.nesterov, default: nesterov)
    rho = try number(.rho, rho, in: 0...1)
    epsilon = try number(.epsilon, epsilon, in: 0...1)
    weightDecay = try number(.weightDecay, weightDecay, in: 0...1)
    clipNorm = try section(.clipNorm).optionalNumber(CodingKeys.clipNorm, in: 1e-9...1e9)
    start = try section(.start).choice(CodingKeys.start, default: start)
    schedule = try ScheduleParameters(phase, defaults: try ScheduleParameters(network))
    try schedule.requireEffect(
      in: phase, epochs: epochs ?? standard, learningRate: learningRate,
      stepsPerEpoch: stepsPerEpoch)
    if phase.key != network.key { try refuseIdleKeys(phase) }
  }

  /// Keys of the phase that its optimiser doesn't read.
  private func refuseIdleKeys(_ phase: ConfigurationSection) throws {
    let idle: [CodingKeys] =
      switch optimizer {
      case .sgd: [.rho, .epsilon]
      case .rmsprop: [.nesterov]
      }
    for key in idle {
      if phase.node(key) == nil { continue }
      throw phase.fault(
        key, code: "setting-idle", "The optimizer \(optimizer.rawValue) does not read it",
        remedy: "Leave it out.")
    }
  }

  // The schedule's keys are beside the phase's own.

  /// - Throws: `DecodingError` where a value is missing or of another type.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    optimizer = try keys.decode(Optimizer.self, forKey: .optimizer)
    epochs = try keys.decodeIfPresent(Int.self, forKey: .epochs)
    learningRate = try keys.decode(Double.self, forKey: .learningRate)
    momentum = try keys.decode(Double.self, forKey: .momentum)
    nesterov = try keys.decode(Bool.self, forKey: .nesterov)
    definition = try keys.decode(OptimizerDefinition.self, forKey: .definition)
    rho = try keys.decode(Double.self, forKey: .rho)
    epsilon = try keys.decode(Double.self, forKey: .epsilon)
    weightDecay = try keys.decode(Double.self, forKey: .weightDecay)
    clipNorm = try keys.decodeIfPresent(Double.self, forKey: .clipNorm)
    start = try keys.decode(PhaseStart.self, forKey: .start)
    schedule = try ScheduleParameters(from: decoder)
  }

  /// - Throws: what `encoder` throws.
  package func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(optimizer, forKey: .optimizer)
    try keys.encodeIfPresent(epochs, forKey: .epochs)
    try keys.encode(learningRate, forKey: .learningRate)
    try keys.encode(momentum, forKey: .momentum)
    try keys.encode(nesterov, forKey: .nesterov)
    try keys.encode(definition, forKey: .definition)
    try keys.encode(rho, forKey: .rho)
    try keys.encode(epsilon, forKey: .epsilon)
    try keys.encode(weightDecay, forKey: .weightDecay)
    try keys.encodeIfPresent(clipNorm, forKey: .clipNorm)
    try keys.encode(start, forKey: .start)
    try schedule.encode(to: encoder)
  }
}
