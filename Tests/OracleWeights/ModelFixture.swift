import Foundation
import TensorCore

/// What timm computes for a model with `OracleWeights`: a JSON file of Tests/ModelsTests/Fixtures,
/// made by Tests/Oracles/timm_logits.py. Numbers are from float64; the `float32Error`s are how
/// far PyTorch's float32 is from them.
public struct ModelFixture: Decodable, Sendable {
  public let model: String
  public let channels: Int
  public let size: Int
  public let classes: Int
  /// Weight of each class in the loss.
  public let classWeights: [Double]
  /// [batch][classes], 0 or 1.
  public let targets: [[Double]]
  /// Beginnings of the names of parameters that are frozen, with their statistics; `nil`: none.
  public let frozen: [String]?
  /// Shape by name of every entry of timm's state dict.
  public let shapes: [String: [Int]]
  public let evaluation: Evaluation
  public let training: Training

  /// Inference mode.
  public struct Evaluation: Decodable, Sendable {
    public let logits: [[Double]]
    /// Largest absolute difference.
    public let float32Error: Double
  }

  /// One forward and backward pass in training mode.
  public struct Training: Decodable, Sendable {
    public let logits: [[Double]]
    public let loss: Double
    public let float32LogitError: Double
    public let float32LossError: Double
    /// By parameter.
    public let gradients: [String: Gradient]
    /// Running means and variances after the pass, by buffer.
    public let statistics: [String: Statistic]
  }

  public struct Gradient: Decodable, Sendable {
    /// L2 norm.
    public let norm: Double
    public let sum: Double
    /// The first two elements, or one.
    public let first: [Double]
    /// L2 norm of the difference.
    public let float32Error: Double
  }

  public struct Statistic: Decodable, Sendable {
    public let sum: Double
    public let first: Double
  }

  /// Reads one fixture file.
  ///
  /// - Throws: `CocoaError` where it cannot be read, `DecodingError` where it is malformed.
  public init(contentsOf url: URL) throws {
    let decoder = JSONDecoder()
    // Parameter names are keys too, so a key strategy would rewrite them.
    self = try decoder.decode(ModelFixture.self, from: Data(contentsOf: url))
  }

  /// Every weight and statistic of the model, by the formula; names sorted.
  public var stateDictionary: NamedTensors {
    OracleWeights.stateDictionary(
      shapes: shapes.sorted { $0.key < $1.key }.map { (name: $0.key, shape: Shape($0.value)) })
  }

  /// The images that the fixture was computed for, [batch, channels, size, size].
  public var input: HostTensor {
    OracleWeights.input(batch: targets.count, channels: channels, size: size)
  }

  private enum CodingKeys: String, CodingKey {
    case model, channels, size, classes, targets, frozen, shapes, evaluation, training
    case classWeights = "class_weights"
  }
}

extension ModelFixture.Evaluation {
  private enum CodingKeys: String, CodingKey {
    case logits
    case float32Error = "float32_error"
  }
}

extension ModelFixture.Training {
  private enum CodingKeys: String, CodingKey {
    case logits, loss, gradients, statistics
    case float32LogitError = "float32_logit_error"
    case float32LossError = "float32_loss_error"
  }
}

extension ModelFixture.Gradient {
  private enum CodingKeys: String, CodingKey {
    case norm, sum, first
    case float32Error = "float32_error"
  }
}
