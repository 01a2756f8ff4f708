/// The number format of activations and working weights. Master weights,
/// optimiser state and statistics are 32-bit floats with either.
public enum Precision: String, Choice {
  case f32
  case bf16
}
