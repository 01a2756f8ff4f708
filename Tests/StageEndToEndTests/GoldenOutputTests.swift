import ArtifactTables
import ContentHashing
import Foundation
import PNG
import PipelineContract
import SliceShards
import Testing

extension EndToEnd {
  /// Ties `Stage.resultsVersion` to what the stages make of the tiny pipeline, whose networks are
  /// computed by the portable backend in f32.
  ///
  /// A digest covers what is the same on every processor and with every version of a library:
  /// the files there are, the columns of tables, and of phantom, convert and split the content. What
  /// kernels may round differently is compared as numbers.
  @Suite("Golden outputs", .serialized)
  struct GoldenOutputTests {
    struct Golden {
      let version: Int
      let digest: String
      var numbers: [Double] = []
    }

    /// Made by the test itself, which prints what differs.
    static let recorded: [Stage: Golden] = [
      .phantom: Golden(version: 1, digest: ""),
      .convert: Golden(version: 1, digest: ""),
      .split: Golden(version: 1, digest: ""),
      .train: Golden(version: 1, digest: "", numbers: []),
      .predict: Golden(version: 1, digest: "", numbers: []),
      .merge: Golden(version: 1, digest: "", numbers: []),
      .report: Golden(version: 1, digest: ""),
    ]

    /// Kernels add in another order; after four steps of training a thousandth is far more than that.
    static let tolerance = 1e-3

    @Test("Results change only together with their version")
    func unchanged() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let run = try pipeline.driver(["run", "--set", "compute.backend=openblas"])
      #expect(run.status == 0, "\(run)")
      var changed: Stage?
      for stage in Stage.allCases {
        let golden = try #require(Self.recorded[stage])
        let made = try GoldenOutput(of: stage, in: pipeline)
        let record = """
          .\(stage): Golden(version: \(stage.resultsVersion), digest: "\(made.digest)", \
          numbers: \(made.numbers)
          """
        guard golden.version == stage.resultsVersion else {
          Issue.record("\(stage) has a new version of its results; record what it makes: \(record)")
          continue
        }
        if made.digest == golden.digest, Self.isClose(made.numbers, golden.numbers) { continue }
        if let changed {
          Issue.record("\(stage) reads what \(changed) makes, which changed; record: \(record)")
        } else {
          changed = stage
          Issue.record(
            """
            The results of \(stage) changed, but not their version: artifacts made before would count \
            as up to date. Raise Stage.resultsVersion of \(stage) by one and record: \(record)
            """)
        }
      }
    }

    private static func isClose(_ made: [Double], _ recorded: [Double]) -> Bool {
      made.count == recorded.count
        && zip(made, recorded).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1e-3) }
    }
  }
}

/// What a stage made, as far as it is the same everywhere.
private struct GoldenOutput {
  private(set) var digest = ""
  private(set) var numbers: [Double] = []
  private var exact = Data()

  init(of stage: Stage, in pipeline: TinyPipeline) throws {
    for instance in TinyPipeline.instances where instance.stage == stage {
      let outputs = try pipeline.manifest(instance).outputs
      switch stage {
      case .phantom: for output in outputs { add("\(output.path) \(output.sha256)") }
      default: for output in outputs { add(output.path) }
      }
      let folder = pipeline.layout.directory(instance)
      func lines(_ name: String) throws -> [String] { try pipeline.lines(name, of: instance) }
      switch stage {
      case .phantom: break
      case .convert: try addPictures(folder)
      case .split:
        typealias Names = ArtifactLayout.Split
        for name in [Names.slices, Names.summary] { try lines(name).forEach { add($0) } }
      case .train:
        try addColumns(of: lines(ArtifactLayout.Train.history))
        try addColumns(of: lines(ArtifactLayout.Train.timings), withNumbers: false)
      case .predict:
        try addColumns(of: lines(ArtifactLayout.Predict.validation))
        try addColumns(of: lines(ArtifactLayout.Predict.test))
      case .merge:
        typealias Names = ArtifactLayout.Merge
        for name in [Names.submission, Names.validation, Names.probabilities] {
          try addColumns(of: lines(name))
        }
        let metrics = try MergeMetrics.read(from: folder.appending(path: Names.metrics))
        numbers += [metrics.merged.loss, metrics.constant.loss]
      case .report:
        let page = try lines(ArtifactLayout.Report.index).joined(separator: "\n")
        for heading in page.matches(of: #/<h[1-6][^>]*>(.*?)</h[1-6]>/#) { add(heading.1) }
      }
    }
    digest = ContentHash.sha256(of: exact)
  }

  private mutating func add(_ line: some StringProtocol) { exact.append(Data("\(line)\n".utf8)) }

  /// The header and the first column exactly, the mean of each column of numbers.
  private mutating func addColumns(of lines: [String], withNumbers: Bool = true) {
    let rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard let header = rows.first else { return }
    add(header.joined(separator: ","))
    for row in rows.dropFirst() { add(row[0]) }
    guard withNumbers else { return }
    for column in header.indices.dropFirst() {
      let values = rows.dropFirst().compactMap { Double($0[column]) }
      if !values.isEmpty { numbers.append(values.reduce(0, +) / Double(values.count)) }
    }
  }

  /// The index without what depends on how well PNGs are compressed, the quirks, and all pixels.
  private mutating func addPictures(_ folder: URL) throws {
    let table = try SliceTable(artifact: folder)
    let reader = ShardReader(artifact: folder)
    for row in table.rows {
      let fields = row.named(table.sizes).filter { field in
        !["offset_", "length_", "crc32_"].contains { field.name.hasPrefix($0) }
      }
      add(fields.map { "\($0.name)=\($0.value)" }.joined(separator: ","))
      for size in table.sizes {
        add(try Self.pixels(reader.png(of: row, size: size, in: table.sizes)))
      }
    }
    let quirks = folder.appending(path: ArtifactLayout.Convert.quirks)
    add(try ContentHash.sha256(contentsOf: quirks))
    let preview = try Data(contentsOf: folder.appending(path: ArtifactLayout.Convert.preview))
    add(try Self.pixels([UInt8](preview)))
  }

  /// The hash of a decoded picture.
  private static func pixels(_ png: [UInt8]) throws -> String {
    let image = try PNGDecoder.decode(png)
    return ContentHash.sha256(of: Data(image.pixels))
  }
}
