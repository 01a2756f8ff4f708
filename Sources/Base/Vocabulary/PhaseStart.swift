/// The weights that a phase after the first goes on from: `start`.
public enum PhaseStart: String, Choice {
  /// Those of the best epoch so far.
  case best
  case last
}
