import ComputeGraph
import Diagnostics
import Foundation
import Logging
import Models
import NetworkStages
import PipelineConfiguration
import PipelineContract
import Training
import Vocabulary

/// Measures what the estimates of a configuration's first run rest on: a few steps of its networks, some of
/// its slices.
package struct MachineBenchmark {
  private let configuration: Configuration
  private let backend: any Backend
  private let library: String
  private let threads: Int
  private let speeds: MeasuredSpeeds
  /// Takes a sentence for each thing that is measured.
  private let tell: (String) -> Void

  /// - Parameter library: the version of the backend's library.
  package init(
    _ configuration: Configuration, backend: any Backend, library: String, threads: Int,
    speeds: MeasuredSpeeds = .standard,
    tell: @escaping (String) -> Void
  ) {
    self.configuration = configuration
    self.backend = backend
    self.library = library
    self.threads = threads
    self.speeds = speeds
    self.tell = tell
  }

  /// - Throws: `IchorError` where data can't be read or a network can't be computed.
  package func run() throws {
    for collection in SliceCollection.allCases {
      do {
        try measureSlices(of: collection)
      } catch let error as IchorError where error.kind != .internalFault {
        // What is the matter with the data is for the conversion to say.
        continue
      }
    }
    for name in configuration.trainOrder {
      if let network = configuration.train[name] { try measure(name, network) }
    }
  }

  private func measureSlices(of collection: SliceCollection) throws {
    let instance = StageInstance(.convert, collection)
    let pictures = MeasuredSpeeds.Subject.convert(
      threads: threads, pictures: configuration.pictures(of: instance))
    if speeds.rates(of: pictures) != nil { return }
    let source =
      collection == .train ? configuration.data.train.dicom : configuration.data.test.dicom
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("ichor-bench-\(UUID())")
    defer { try? FileManager.default.removeItem(at: scratch) }
    tell("some slices of \(instance)")
    let quiet = Logger(label: "ichor-bench", factory: { _ in SwiftLogNoOpLogHandler() })
    let sample = try CollectionSample(
      of: source.map { URL(filePath: $0) }, into: scratch.appendingPathComponent("slices"),
      context: JobContext(logger: quiet, threads: threads))
    if let rate = sample.phantomRate {
      speeds.remember(
        [
          MeasuredSpeeds.slicesPerSecond: rate
        ], of: .phantom(threads: threads))
    }
    let output = scratch.appendingPathComponent("pictures")
    let result = try ConversionBenchmark.run(
      ConversionBenchmark.Setup(
        collection: sample.folder, sizes: configuration.convert.sizes,
        content: configuration.convert.content, threads: threads, rounds: 1, output: output),
      profile: false)
    let bytes = FileManager.default.enumerator(
      at: output, includingPropertiesForKeys: [.fileSizeKey])?
      .compactMap { ($0 as? URL)?.pathExtension == "tar" ? $0 as? URL : nil }
      .reduce(0) { $0 + ((try? $1.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0) }
    guard result.slices > 0, let bytes, bytes > 0 else { return }
    speeds.remember(
      [
        MeasuredSpeeds.slicesPerSecond: result.imagesPerSecondBest,
        MeasuredSpeeds.bytesPerSlice: Double(bytes) / Double(result.slices),
      ], of: pictures)
  }

  private func measure(_ name: String, _ network: TrainParameters) throws {
    let graph = try network.model.graph(
      channels: network.shownWindows(of: configuration.convert).count, height: network.size,
      width: network.size, classes: Label.allCases.count)
    let chooser = PrecisionChooser(
      backend, library: library, threads: threads, speeds: speeds)
    for (task, batch) in [
      (SyntheticSteps.Task.train, network.batch), (.predict, configuration.predict.batch),
    ] {
      tell("some steps of \(task.rawValue)/\(name)")
      try chooser.measure(graph, of: network.model, task, batch: batch)
    }
  }
}
