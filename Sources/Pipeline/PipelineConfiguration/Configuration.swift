import Diagnostics
import Foundation
import PipelineContract

/// Every parameter of a run, typed and checked: `pipeline.yaml` with the `--set` options on top.
package struct Configuration: Codable, Equatable, Sendable {
  package var data: DataParameters
  package var phantom: PhantomParameters
  package var convert: ConvertParameters
  package var labels: LabelParameters
  package var split: SplitParameters
  package var compute: ComputeParameters
  /// The networks, by instance.
  package var train: [String: TrainParameters]
  /// The keys of `train` in the order of the file.
  package var trainOrder: [String]
  /// Seconds after which a training stops, resumable; `nil`: never. Makes nothing stale.
  package var trainStopAfter: Double?
  package var predict: PredictParameters
  package var merge: MergeParameters
  package var report: ReportParameters
  package var keep: KeepParameters

  package init(
    data: DataParameters = DataParameters(), phantom: PhantomParameters = PhantomParameters(),
    convert: ConvertParameters = ConvertParameters(),
    labels: LabelParameters = LabelParameters(), split: SplitParameters = SplitParameters(),
    compute: ComputeParameters = ComputeParameters(), train: [String: TrainParameters],
    trainOrder: [String], predict: PredictParameters = PredictParameters(), merge: MergeParameters,
    report: ReportParameters = ReportParameters(), keep: KeepParameters = KeepParameters()
  ) {
    self.data = data
    self.phantom = phantom
    self.convert = convert
    self.labels = labels
    self.split = split
    self.compute = compute
    self.train = train
    self.trainOrder = trainOrder
    self.predict = predict
    self.merge = merge
    self.report = report
    self.keep = keep
  }

  /// The top level of the file; stages carry the names of `Stage`.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case data
    case phantom
    case convert
    case labels
    case split
    case compute
    case train
    case predict
    case merge
    case report
    case keep
    case trainOrder
    case trainStopAfter
  }

  /// Reads a file and applies `KEY=VALUE` overrides in their order.
  ///
  /// Relative paths start from the file's folder, in overrides from the current one.
  ///
  /// - Throws: `IchorError`: `.inputMissing` where there is no file, `.inputOutput` where it cannot be
  ///   read, `.configuration` for whatever is wrong in it.
  package static func load(file: URL, overrides: [String] = []) throws -> Configuration {
    try parse(
      ConfigurationText.read(file), name: file.relativePath,
      folder: file.standardizedFileURL.deletingLastPathComponent(), overrides: overrides)
  }

  /// - Parameters:
  ///   - name: the file's name, for errors.
  ///   - folder: what relative paths in the text start from.
  /// - Throws: `IchorError(.configuration)` with the line of whatever is wrong in it.
  package static func parse(
    _ yaml: String, name: String, folder: URL, overrides: [String] = []
  ) throws -> Configuration {
    let origin = { (line: Int?) in
      ConfigurationNode.Origin(
        place: line.map { "\(name):\($0)" } ?? name, folder: folder)
    }
    var root =
      try ConfigurationNode.parse(yaml, origin: origin)
      ?? ConfigurationNode(value: .mapping([]), origin: origin(nil))
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    for override in overrides { try root.override(with: override, folder: current) }
    return try Configuration(root)
  }

  private init(_ node: ConfigurationNode) throws {
    let known = CodingKeys.allCases.filter {
      $0 != .trainOrder && $0 != .trainStopAfter
    }.map(\.stringValue)
    let root = try ConfigurationSection(node, key: "", known: known)
    data = try DataParameters(root.section(CodingKeys.data, known: DataParameters.CodingKeys.self))
    phantom = try PhantomParameters(
      root.section(CodingKeys.phantom, known: PhantomParameters.CodingKeys.self))
    convert = try ConvertParameters(
      root.section(CodingKeys.convert, known: ConvertParameters.CodingKeys.self))
    labels = try LabelParameters(
      root.section(CodingKeys.labels, known: LabelParameters.CodingKeys.self))
    split = try SplitParameters(
      root.section(CodingKeys.split, known: SplitParameters.CodingKeys.self))
    compute = try ComputeParameters(
      root.section(CodingKeys.compute, known: ComputeParameters.CodingKeys.self))
    (train, trainOrder) = try Self.networks(root, convert)
    trainStopAfter = try root.section(CodingKeys.train, known: nil).duration(Self.stopAfter)
    predict = try PredictParameters(
      root.section(CodingKeys.predict, known: PredictParameters.CodingKeys.self))
    merge = try MergeParameters(
      root.section(CodingKeys.merge, known: MergeParameters.CodingKeys.self), trained: trainOrder)
    report = try ReportParameters(
      root.section(CodingKeys.report, known: ReportParameters.CodingKeys.self))
    keep = try KeepParameters(CodingKeys.keep, in: root)
  }

  /// `train.stop_after` is a key beside the networks.
  static let stopAfter = "stop_after"

  private static func networks(_ root: ConfigurationSection, _ convert: ConvertParameters) throws
    -> ([String: TrainParameters], [String])
  {
    let section = try root.section(CodingKeys.train, known: nil)
    let entries = section.entries.filter { $0.key != stopAfter }
    if entries.isEmpty {
      throw root.fault(
        CodingKeys.train, code: "train-empty", "There is no network to train",
        remedy: "Add one, such as “resnet50: {size: 112, batch: 16, epochs: 4}”.")
    }
    var networks: [String: TrainParameters] = [:]
    for entry in entries {
      if !StageInstance.isName(entry.key) || entry.key.contains(".") {
        throw IchorError(
          .configuration, code: "instance-name", "“\(entry.key)” cannot name an instance of train",
          remedy: "Use up to 64 letters, digits, “_” and “-”, with a letter or digit first.",
          at: "\(entry.origin.place): \(section.dotted(entry.key))")
      }
      let network = try ConfigurationSection(
        entry.value, key: section.dotted(entry.key),
        known: TrainParameters.knownKeys)
      networks[entry.key] = try TrainParameters(network, key: entry.key, convert: convert)
    }
    return (networks, entries.map(\.key))
  }
}
