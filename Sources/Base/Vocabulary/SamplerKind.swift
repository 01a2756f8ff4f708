/// Which slices an epoch draws: `train.<model>.sampler.kind`.
public enum SamplerKind: String, Choice {
  /// Every slice once, then every slice once again.
  case epochs
  /// By the rates that the sampler's other keys give.
  case weighted
}
