/// The closed vocabulary that a backend must implement, forward and backward.
///
/// One case per operation. `Operations/` has a file for each, named after its case: attributes,
/// shape rule, what the forward pass saves for the backward one, and the gradient rule.
package enum Operation: Hashable, Sendable {
  /// `dst = conv(src, weights) [+ bias] [+ residual] [then ReLU]`
  case convolution(Convolution)
  /// `dst = (src - mean) / sqrt(variance + epsilon) * scale + shift [then ReLU]`
  case batchNormalization(BatchNormalization)
  /// `dst = max(src, 0)`
  case rectifier
  /// `dst = src0 + src1 [then ReLU]`
  case addition(Addition)
  /// Maximum or mean over a sliding window.
  case pooling(Pooling)
  /// Mean over height and width: `[C, H, W] -> [C, 1, 1]`.
  case globalAveragePooling
  /// Values joined along the channels.
  case concatenation
  /// A range of the channels.
  case channelSlice(ChannelSlice)
  /// `dst = weights * src + bias`, `[C, 1, 1] -> [out, 1, 1]`.
  case linear

  /// The name that profiles and messages use.
  package var kind: String {
    switch self {
    case .convolution: "convolution"
    case .batchNormalization: "batch normalization"
    case .rectifier: "ReLU"
    case .addition: "addition"
    case .pooling: "pooling"
    case .globalAveragePooling: "global average pooling"
    case .concatenation: "concatenation"
    case .channelSlice: "channel slice"
    case .linear: "linear"
    }
  }

  package var gradientRule: GradientRule {
    switch self {
    case .addition(let addition): addition.gradientRule
    case .channelSlice(let slice): slice.gradientRule
    case .convolution, .batchNormalization, .rectifier, .pooling, .globalAveragePooling,
      .concatenation, .linear:
      .computed
    }
  }

  /// The operation with a ReLU applied last; `nil` where programs of the mode have no such form.
  func rectified(in mode: Program.Mode) -> Operation? {
    switch self {
    case .batchNormalization(var normalization):
      normalization.rectified = true
      return .batchNormalization(normalization)
    case .addition(var addition):
      addition.rectified = true
      return .addition(addition)
    case .convolution(var convolution) where mode == .inference:
      convolution.rectified = true
      return .convolution(convolution)
    default: return nil
    }
  }
}
