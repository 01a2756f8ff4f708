/// How the learning rate of a phase moves: `schedule`.
public enum ScheduleKind: String, Choice {
  case constant
  /// Half a cosine to 0 over the phase.
  case cosine
  /// Multiplied by a factor at equal intervals.
  case step
  /// Keras's ReduceLROnPlateau on the validation loss.
  case plateau
}
