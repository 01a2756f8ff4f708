/// How one network is trained.
public struct TrainParameters: Codable, Equatable, Sendable {
  public static let knownModels = ["resnet18", "resnet50", "densenet121", "dpn92"]
  public static let knownOptimizers = ["sgd"]
  public static let knownSchedules = ["constant", "cosine"]

  /// The architecture; in the file, where it is absent, the key of the instance.
  public var model: String
  /// Edge length of the pictures, one of `convert.sizes`.
  public var size: Int
  public var batch: Int
  public var epochs: Int
  public var optimizer: String
  public var learningRate: Double
  public var momentum: Double
  public var nesterov: Bool
  /// L2 penalty on the weights of convolutions and of the classifier.
  public var weightDecay: Double
  public var schedule: String
  /// Steps in which the learning rate climbs from 0.
  public var warmupSteps: Int
  /// Whether slices are mirrored left to right at random.
  public var flip: Bool
  /// Largest random rotation either way, in degrees.
  public var rotation: Double
  /// Largest random relative change of size.
  public var scale: Double
  /// Largest random shift along each axis, as a part of the edge length.
  public var shift: Double
  public var seed: Int
  /// Weight of the label `any` in the loss; the others weigh 1.
  public var anyWeight: Double
  /// A safetensors file to start from.
  public var weights: String?
  /// Optimiser steps an epoch; `nil` for every slice once.
  public var stepsPerEpoch: Int?

  public init(
    model: String, size: Int, batch: Int, epochs: Int, optimizer: String = "sgd",
    learningRate: Double = 0.01, momentum: Double = 0.9, nesterov: Bool = true,
    weightDecay: Double = 1e-4, schedule: String = "cosine", warmupSteps: Int = 0,
    flip: Bool = true, rotation: Double = 0, scale: Double = 0, shift: Double = 0, seed: Int = 1,
    anyWeight: Double = 2, weights: String? = nil,
    stepsPerEpoch: Int? = nil
  ) {
    self.model = model
    self.size = size
    self.batch = batch
    self.epochs = epochs
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.flip = flip
    self.rotation = rotation
    self.scale = scale
    self.shift = shift
    self.seed = seed
    self.anyWeight = anyWeight
    self.weights = weights
    self.stepsPerEpoch = stepsPerEpoch
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case model
    case size
    case batch
    case epochs
    case optimizer
    case learningRate = "learning_rate"
    case momentum
    case nesterov
    case weightDecay = "weight_decay"
    case schedule
    case warmupSteps = "warmup_steps"
    case flip
    case rotation
    case scale
    case shift
    case seed
    case anyWeight = "any_weight"
    case weights
    case stepsPerEpoch = "steps_per_epoch"
  }

  /// - Parameters:
  ///   - key: the instance's name, the default of `model`.
  ///   - sizes: those that the convert stage makes.
  init(_ section: ConfigurationSection, key: String, sizes: [Int]) throws {
    self.init(
      model: try section.name(CodingKeys.model, default: key, of: Self.knownModels),
      size: try section.integer(CodingKeys.size, in: 16...1024),
      batch: try section.integer(CodingKeys.batch, in: 1...65_536),
      epochs: try section.integer(CodingKeys.epochs, in: 1...100_000))
    optimizer = try section.name(CodingKeys.optimizer, default: optimizer, of: Self.knownOptimizers)
    learningRate = try section.number(CodingKeys.learningRate, default: learningRate, in: 0...1000)
    momentum = try section.number(CodingKeys.momentum, default: momentum, in: 0...1)
    nesterov = try section.bool(CodingKeys.nesterov, default: nesterov)
    weightDecay = try section.number(CodingKeys.weightDecay, default: weightDecay, in: 0...1)
    schedule = try section.name(CodingKeys.schedule, default: schedule, of: Self.knownSchedules)
    warmupSteps = try section.integer(
      CodingKeys.warmupSteps, default: warmupSteps, in: 0...1_000_000_000)
    flip = try section.bool(CodingKeys.flip, default: flip)
    rotation = try section.number(CodingKeys.rotation, default: rotation, in: 0...180)
    scale = try section.number(CodingKeys.scale, default: scale, in: 0...0.9)
    shift = try section.number(CodingKeys.shift, default: shift, in: 0...1)
    seed = try section.integer(CodingKeys.seed, default: seed, in: ConfigurationSection.seeds)
    anyWeight = try section.number(CodingKeys.anyWeight, default: anyWeight, in: 0...1000)
    weights = try section.path(CodingKeys.weights)
    stepsPerEpoch = try section.optionalInteger(CodingKeys.stepsPerEpoch, in: 1...1_000_000_000)
    if !Self.knownModels.contains(model) {
      throw section.fault(
        CodingKeys.model, code: "model-missing", "“\(key)” is not the name of an architecture",
        remedy: "Add model: with one of \(Self.knownModels.joined(separator: ", "))")
    }
    if !sizes.contains(size) {
      throw section.fault(
        CodingKeys.size, code: "size-not-converted",
        "Size \(size) is none of those that convert makes",
        remedy: "Use one of \(sizes.map(String.init).joined(separator: ", ")), or add it to "
          + "convert.sizes")
    }
  }
}
