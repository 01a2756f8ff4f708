/// Thrown by a stage's body that ends before its work is done because its configured time is up.
///
/// The work stays in the staging folder, and the next run goes on from it.
package struct StoppedAsConfigured: Error, Equatable {
  /// The dotted key that says when.
  package let key: String
  /// How long the stage was to work.
  package let seconds: Double
  /// How far it got, such as `step 3 of epoch 2`.
  package let place: String

  package init(key: String, seconds: Double, at place: String) {
    self.key = key
    self.seconds = seconds
    self.place = place
  }

  /// `time is up: stopped after 8 h, as train.stop_after says, at step 3 of epoch 2; …`.
  package var message: String {
    let (unit, word) =
      [(3600.0, "h"), (60, "min")].first { seconds.truncatingRemainder(dividingBy: $0.0) == 0 }
      ?? (1, "s")
    let text = "\(seconds / unit)"
    let number = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    return
      "time is up: stopped after \(number) \(word), as \(key) says, at \(place); work done so far is kept, "
      + "and “./ichor run” goes on from here"
  }
}
