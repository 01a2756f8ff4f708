/// How the gradient of an operation's output reaches its inputs.
package enum GradientRule: Hashable, Sendable {
  /// By a backward step of the operation, which every backend implements.
  case computed
  /// Unchanged, to every input; where `masked`, zero wherever the output is not positive.
  case passedOn(masked: Bool)
  /// As the part of the input's gradient that begins at a channel. The parts are joined.
  case part(start: Int)
}
