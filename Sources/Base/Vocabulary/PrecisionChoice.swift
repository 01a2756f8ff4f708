/// What a person asks for under `compute.precision`.
public enum PrecisionChoice: String, Choice {
  /// Whichever is faster here, measured.
  case auto
  case f32
  case bf16

  /// `nil` where it is to be measured.
  public var fixed: Precision? { Precision(rawValue: rawValue) }
}
