import Foundation
import PipelineContract

extension PipelineConfiguration {
  /// Every key with its default, in the order of the file; a network's stand under `train.NAME`.
  ///
  /// A key without a default carries `nil`.
  public static var keys: [(key: String, standard: JSONValue?)] {
    typealias Names = CodingKeys
    let network = TrainParameters(model: "NAME", size: 0, batch: 0, epochs: 0)
    var keys: [(key: String, standard: JSONValue?)] = []
    keys += list("data.train", DataParameters.TrainData(), DataParameters.TrainData.CodingKeys.self)
    keys += list("data.test", DataParameters.TestData(), DataParameters.TestData.CodingKeys.self)
    keys += list(Names.phantom.rawValue, PhantomParameters(), PhantomParameters.CodingKeys.self)
    keys += list(Names.convert.rawValue, ConvertParameters(), ConvertParameters.CodingKeys.self)
    keys += list(Names.split.rawValue, SplitParameters(), SplitParameters.CodingKeys.self)
    keys += list(Names.compute.rawValue, ComputeParameters(), ComputeParameters.CodingKeys.self)
    keys += list("train.NAME", network, TrainParameters.CodingKeys.self).map { key, standard in
      (key, standard == .integer(0) && requiredNetworkKeys.contains(key) ? nil : standard)
    }
    keys += list(Names.predict.rawValue, PredictParameters(), PredictParameters.CodingKeys.self)
    keys += list(
      Names.merge.rawValue, MergeParameters(models: ["every NAME"]), MergeParameters.CodingKeys.self
    )
    keys += list(Names.report.rawValue, ReportParameters(), ReportParameters.CodingKeys.self)
    return keys
  }

  /// The keys and defaults as lines for `--help`.
  public static var keysForHelp: String {
    keys.map { "  \($0.key): \($0.standard?.description ?? "(no default)")" }
      .joined(separator: "\n")
  }

  private static let requiredNetworkKeys: Set = [
    "train.NAME.size", "train.NAME.batch", "train.NAME.epochs",
  ]

  private static func list<Keys: CodingKey & CaseIterable>(
    _ prefix: String, _ defaults: some Encodable, _: Keys.Type
  ) -> [(key: String, standard: JSONValue?)] {
    guard case .object(let members)? = try? JSONValue(encoding: defaults) else { return [] }
    return Keys.allCases.map { ("\(prefix).\($0.stringValue)", members[$0.stringValue] ?? .null) }
  }
}
