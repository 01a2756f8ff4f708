import Foundation

/// Where a training run stands, according to its log.
struct StepPosition: Equatable, CustomStringConvertible {
  let epoch: Int
  let step: Int
  let stepsPerEpoch: Int

  /// Optimiser steps from the beginning.
  var overall: Int { epoch * stepsPerEpoch + step }

  var description: String { "\(epoch + 1)/\(step)" }

  init(overall: Int, stepsPerEpoch: Int) {
    epoch = overall / stepsPerEpoch
    step = overall % stepsPerEpoch
    self.stepsPerEpoch = stepsPerEpoch
  }

  private struct LogLine: Decodable {
    let metadata: [String: String]
  }

  /// Parses the line of `log.jsonl` that a run begins with; `nil` for any other.
  init?(logLine: some StringProtocol) {
    guard let line = try? JSONDecoder().decode(LogLine.self, from: Data(logLine.utf8)),
      let epoch = line.metadata["epoch"].flatMap({ Int($0) }),
      let step = line.metadata["step"].flatMap({ Int($0) }),
      let steps = line.metadata["steps_per_epoch"].flatMap({ Int($0) }), steps > 0
    else { return nil }
    self.epoch = epoch
    self.step = step
    stepsPerEpoch = steps
  }
}
