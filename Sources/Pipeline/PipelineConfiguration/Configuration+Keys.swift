import Foundation
import PipelineContract

extension Configuration {
  /// Every key with its default, in the order of the file; a network's are under `train.NAME`.
  ///
  /// A key without a default carries `nil`.
  package static var keys: [(key: String, standard: JSONValue?)] {
    typealias Names = CodingKeys
    // The default of `model` is the network's name; it is replaced below.
    var network = TrainParameters(model: .resnet50, size: 0, batch: 0, epochs: 0)
    // One phase, so that its keys are listed; which optimiser it has matters below.
    network.phases.removeLast()
    var keys: [(key: String, standard: JSONValue?)] = []
    keys += list("data.train", DataParameters.TrainData(), DataParameters.TrainData.CodingKeys.self)
    keys += list("data.test", DataParameters.TestData(), DataParameters.TestData.CodingKeys.self)
    keys += list(Names.phantom.rawValue, PhantomParameters(), PhantomParameters.CodingKeys.self)
    keys += list(Names.convert.rawValue, ConvertParameters(), ConvertParameters.CodingKeys.self)
    keys += list(Names.labels.rawValue, LabelParameters(), LabelParameters.CodingKeys.self)
    keys += list(Names.split.rawValue, SplitParameters(), SplitParameters.CodingKeys.self)
    keys += list(Names.compute.rawValue, ComputeParameters(), ComputeParameters.CodingKeys.self)
    keys.append(("train.stop_after", .null))
    let sections = Set(["sampler", "augment", "watchdog", "stop"].map { "train.NAME.\($0)" })
    let own =
      list("train.NAME", network, TrainParameters.CodingKeys.self)
      + list("train.NAME", network, PhaseParameters.CodingKeys.self).filter {
        $0.key != "train.NAME.epochs"
      }
      + list("train.NAME", network, ScheduleParameters.CodingKeys.self)
    keys += own.filter { !sections.contains($0.key) }.map { key, standard in
      if requiredNetworkKeys.contains(key) { return (key, nil) }
      if key == "train.NAME.model" { return (key, .string("NAME")) }
      return (key, optimizersKeys.contains(key) ? .null : standard)
    }
    keys += list("train.NAME.sampler", network.sampler, SamplerParameters.CodingKeys.self)
    keys += list("train.NAME.augment", network.augment, AugmentParameters.CodingKeys.self)
    keys += list("train.NAME.watchdog", network.watchdog, WatchdogParameters.CodingKeys.self)
    keys += EarlyStoppingParameters.CodingKeys.allCases.map {
      ("train.NAME.stop.\($0.stringValue)", .null)
    }
    keys += list(Names.predict.rawValue, PredictParameters(), PredictParameters.CodingKeys.self)
    keys += list(
      Names.merge.rawValue, MergeParameters(models: ["every NAME"]), MergeParameters.CodingKeys.self
    )
    keys += list(Names.report.rawValue, ReportParameters(), ReportParameters.CodingKeys.self)
    keys += list(Names.keep.rawValue, KeepParameters(), KeepParameters.CodingKeys.self)
    return keys
  }

  /// The keys and defaults as lines for `--help`.
  package static var keysForHelp: String {
    keys.map { "  \($0.key): \($0.standard?.description ?? "(no default)")" }
      .joined(separator: "\n")
  }

  private static let requiredNetworkKeys: Set = [
    "train.NAME.size", "train.NAME.batch", "train.NAME.epochs",
  ]

  /// Their defaults are the optimiser's own; without one there are two phases.
  private static let optimizersKeys: Set = [
    "train.NAME.optimizer", "train.NAME.learning_rate", "train.NAME.momentum", "train.NAME.rho",
    "train.NAME.epsilon",
  ]

  private static func list<Keys: CodingKey & CaseIterable>(
    _ prefix: String, _ defaults: some Encodable, _: Keys.Type
  ) -> [(key: String, standard: JSONValue?)] {
    guard case .object(let members)? = try? JSONValue(encoding: defaults) else { return [] }
    return Keys.allCases.map { ("\(prefix).\($0.stringValue)", members[$0.stringValue] ?? .null) }
  }
}
