/// What a watchdog does about trouble: the keys of `train.<model>.watchdog` that name a check.
public enum WatchdogAction: String, Choice {
  /// Ends the training.
  case stop
  /// Reports it once.
  case warn
  /// Does not check.
  case off
}
