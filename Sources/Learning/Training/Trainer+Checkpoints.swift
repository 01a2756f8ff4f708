import Diagnostics

extension Trainer {
  /// Keeps a checkpoint of where the network stands.
  func keepCheckpoint() throws {
    try captureNetwork()
    try saveCheckpoint()
  }

  func saveCheckpoint() throws {
    try events.checkpoint(state)
    lastCheckpoint = state.position
  }

  /// Takes the network's tensors into the state.
  ///
  /// - Throws: `badData` where a parameter is no longer finite.
  func captureNetwork() throws {
    state.parameters = try network.parameters()
    // A ReLU turns NaN into 0, so that a network may break down while its loss stays finite.
    for (name, tensor) in state.parameters where !tensor.values.allSatisfy(\.isFinite) {
      throw broken("parameters-not-finite", "\(name) is no longer finite")
    }
    state.optimizer = try network.optimizerState()
  }

  /// The error about numbers that the last step has broken.
  func broken(_ code: String, _ message: String) -> IchorError {
    IchorError(
      .badData, code: code,
      "\(message) at \(state.position), learning rate "
        + "\(timeline.lastRate(before: state.position)); "
        + (lastCheckpoint.map { "the last good checkpoint, \($0), is \(checkpointPlace)" }
          ?? "there is no checkpoint of this run yet"),
      remedy: "Lower learning_rate, give clip_norm, or use compute.precision: f32.")
  }
}
