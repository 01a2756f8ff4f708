import Diagnostics
import Foundation
import PipelineContract

/// The graph of stage instances that a configuration asks for.
extension Configuration {
  /// Whether the networks learn from the phantom's data.
  package var isSynthetic: Bool { isSynthetic(.train) }

  /// Whether the collection is the phantom's.
  package func isSynthetic(_ collection: SliceCollection) -> Bool {
    switch collection {
    case .train: data.train.dicom == nil
    case .test: data.test.dicom == nil
    }
  }

  /// Every instance, each after those it depends on.
  package var instances: [StageInstance] {
    let phantom =
      SliceCollection.allCases.contains { isSynthetic($0) } ? [StageInstance(.phantom)] : []
    return phantom + SliceCollection.allCases.map { StageInstance(.convert, $0) }
      + [StageInstance(.split)] + trainOrder.map { StageInstance(.train, $0) }
      + trainOrder.map { StageInstance(.predict, $0) }
      + [StageInstance(.merge), StageInstance(.report)]
  }

  /// The instances whose artifacts the instance reads.
  package func dependencies(of instance: StageInstance) -> [StageInstance] {
    inputs(of: instance).compactMap { source in
      if case .artifact(let instance) = source { instance } else { nil }
    }
  }

  /// Everything the instance reads; what its manifest binds to.
  package func inputs(of instance: StageInstance) -> [InputSource] {
    let convertTrain = InputSource.artifact(StageInstance(.convert, .train))
    let convertTest = InputSource.artifact(StageInstance(.convert, .test))
    let split = InputSource.artifact(StageInstance(.split))
    switch instance.stage {
    case .phantom: return []
    case .convert:
      let path =
        instance.instance == SliceCollection.train.rawValue ? data.train.dicom : data.test.dicom
      let key = convert.pseudonymize.map { outside(Self.keyFile, $0.keyFile) }
      return [path.map { outside("data.\(instance.instance ?? "").dicom", $0) } ?? phantomSource]
        + (key.map { [$0] } ?? [])
    case .split:
      return [
        convertTrain, data.train.labels.map { outside("data.train.labels", $0) } ?? phantomSource,
      ]
    case .train:
      let key = instance.instance ?? ""
      let weights = train[key]?.weights.map { outside("train.\(key).weights", $0) }
      return [convertTrain, split] + (weights.map { [$0] } ?? [])
    case .predict:
      let network = InputSource.artifact(StageInstance(.train, instance.instance))
      return [network, convertTrain, convertTest, split]
    case .merge:
      let submission =
        isSynthetic(.test)
        ? phantomSource : data.test.submission.map { outside("data.test.submission", $0) }
      return [split, convertTest] + merge.models.map { .artifact(StageInstance(.predict, $0)) }
        + (submission.map { [$0] } ?? [])
    case .report:
      return instances.filter { $0.stage != .report }.map { .artifact($0) }
    }
  }

  /// The parameters the instance's artifact depends on, by dotted key; threads and paths are not
  /// among them (what a path leads to is an input, with its hash).
  ///
  /// - Throws: `IchorError(.usage)` for an instance that the configuration does not have.
  package func parameters(for instance: StageInstance) throws -> [String: JSONValue] {
    switch instance.stage {
    case .phantom: return try Self.flat(phantom, .phantom)
    case .convert:
      var convert = self.convert
      convert.pseudonymize = nil
      return try Self.flat(convert, .convert).filter { $0.key != ConvertParameters.onExcludedKey }
    case .split:
      // The folds are the same; it is the training that draws from all of them.
      let labels = try Self.flat(labels, .labels)
      return try Self.flat(split, .split).filter { $0.key != SplitParameters.redrawKey }
        .merging(labels) { own, _ in own }
    case .train:
      let key = instance.instance ?? ""
      guard var network = train[key] else { throw unknown(instance) }
      network.weights = nil
      // Neither a step nor a weight depends on how often it is kept.
      let parameters = try JSONValue(encoding: network).flattened(under: "train.\(key)")
        .filter { $0.key != "train.\(key).\(TrainParameters.CodingKeys.checkpointSteps.rawValue)" }
      return withRedraw(parameters.merging(try computing()) { first, _ in first })
    case .predict:
      guard train[instance.instance ?? ""] != nil else { throw unknown(instance) }
      return withRedraw(
        try Self.flat(predict, .predict).merging(try computing()) { first, _ in first })
    case .merge: return withRedraw(try Self.flat(merge, .merge))
    case .report: return withRedraw(try Self.flat(report, .report))
    }
  }

  package static let keyFile = "convert.pseudonymize.key_file"

  /// - Throws: `IchorError(.configuration)` where a training is to start from weights among the
  ///   artifacts: runs replace what is there, so that it would never be up to date.
  package func requireWeights(outside layout: ArtifactLayout) throws {
    let artifacts = layout.root.resolvingSymlinksInPath().path + "/"
    for name in trainOrder {
      guard let path = train[name]?.weights,
        URL(filePath: path).resolvingSymlinksInPath().path.hasPrefix(artifacts)
      else { continue }
      throw IchorError(
        .configuration, code: "weights-among-artifacts",
        "\(path) is one of the artifacts, which runs replace",
        remedy: "Copy the file to another folder, and give that.", at: "train.\(name).weights")
    }
  }

  /// Makes sure that the configuration has the instance.
  ///
  /// - Throws: `IchorError(.usage)` with the valid instances, nearest first, where it does not.
  package func check(_ instance: StageInstance) throws {
    if !instances.contains(instance) { throw unknown(instance) }
  }

  /// With the parameter that makes every number LEAKY.
  private func withRedraw(_ parameters: [String: JSONValue]) -> [String: JSONValue] {
    parameters.merging([SplitParameters.redrawKey: .bool(split.redrawEachEpoch)]) { own, _ in own }
  }

  private var phantomSource: InputSource { .artifact(StageInstance(.phantom)) }

  private func outside(_ key: String, _ path: String) -> InputSource {
    .outside(key: key, path: URL(fileURLWithPath: path))
  }

  private func computing() throws -> [String: JSONValue] {
    var compute = self.compute
    compute.threads = nil
    return try JSONValue(encoding: compute).flattened(under: CodingKeys.compute.stringValue)
  }

  private static func flat(_ value: some Encodable, _ key: CodingKeys) throws -> [String: JSONValue]
  {
    try JSONValue(encoding: value).flattened(under: key.stringValue)
  }

  private func unknown(_ instance: StageInstance) -> IchorError {
    let names = NearestName.sorted(instances.map(\.description), by: instance.description)
    return IchorError(
      .usage, code: "instance-unknown", "There is no instance \(instance) in this configuration",
      remedy: "Use one of \(names.joined(separator: ", ")).")
  }
}
