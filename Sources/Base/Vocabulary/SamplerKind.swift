/// Which slices an epoch draws: `train.<model>.sampler.kind`.
public enum SamplerKind: String, Choice {
  /// Every slice once before any slice is drawn again.
  case epochs
  /// By the rates that the sampler's other keys give.
  case weighted
}
