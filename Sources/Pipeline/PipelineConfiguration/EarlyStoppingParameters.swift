/// When a phase ends before its last epoch: `train.<model>.stop`.
package struct EarlyStoppingParameters: Codable, Equatable, Sendable {
  /// Epochs without improvement after which the phase ends.
  package var patience: Int
  /// How much better the monitor's value has to be to count as an improvement.
  package var minDelta: Double

  package init(patience: Int, minDelta: Double = 0) {
    self.patience = patience
    self.minDelta = minDelta
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case patience
    case minDelta = "min_delta"
  }

  /// - Parameters:
  ///   - network: the network's section; without `stop`, or with `null`, there is none.
  ///   - longest: the epochs of the longest phase.
  init?(in network: ConfigurationSection, longest: Int) throws {
    let key = TrainParameters.CodingKeys.stop
    switch network.node(key)?.value {
    case nil, .scalar(.null)?: return nil
    default: break
    }
    let section = try network.section(key, known: CodingKeys.self)
    patience = try section.integer(CodingKeys.patience, in: 1...100_000)
    minDelta = try section.number(CodingKeys.minDelta, default: 0, in: 0...1000)
    // The first epoch sets the best value, and there has to be an epoch left to save.
    if patience + 1 >= longest {
      throw section.fault(
        CodingKeys.patience, code: "stop-never-acts",
        "The first epoch after which a phase could end is number \(patience + 1), but the longest has "
          + "\(longest)",
        remedy: longest > 2 ? "Use at most \(longest - 2), or more epochs." : "Leave out stop.")
    }
  }
}
