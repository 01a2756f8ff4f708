/// What a conversion does when files are in no shard: `convert.on_excluded`.
public enum ExclusionPolicy: String, Choice {
  /// Says how many, and why.
  case warn
  /// Publishes nothing.
  case fail
}
