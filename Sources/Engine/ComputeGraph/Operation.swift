/// The closed vocabulary that a backend must implement, forward and backward.
///
/// One case an operation; attributes, shape rule and gradient rule stand in `Operations/`.
public enum Operation: Hashable, Sendable {
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
  public var kind: String {
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
}
