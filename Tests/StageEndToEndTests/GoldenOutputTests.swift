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
      .phantom: Golden(
        version: 1, digest: "5ad6801f5bf86b5e02afa5a6e61f6b06f096cd1e55668171c9e939cab4494131"),
      .convert: Golden(
        version: 1, digest: "91f89def92eac984b451f3e7fec66baaa4ee014cd6133ee57c142d51819c8cd2"),
      .split: Golden(
        version: 1, digest: "a549d02ccf06b11c2b604deb5a9fe2154a4a4464dba4637fbce1015090047e79"),
      .train: Golden(
        version: 1, digest: "ad02df04f7e57c8d0d2bb0ae57515c7d40d097d02adf1c0a9489a2d2b5fd19dd",
        numbers: [
          5e-05, 0.9729653, 4.633724, 2.52612, 1.092533, 5.772875, 8.510861, 5.878927, 6.128632,
          -3.108179, 1,
        ]),
      .predict: Golden(
        version: 1, digest: "a318a1fbe422a2e9e120356814991baf8796031765dbd07b2b2a87633eb3da72",
        numbers: [
          0.03424755, 0.1876964, 0.9554053, 0.9812423, 0.9574089, 0.9697787, 0.03520227, 0.2137408,
          0.9550075, 0.9875479, 0.9617577, 0.9773195,
        ]),
      .merge: Golden(
        version: 2, digest: "15546b8bde044e3dd0c543265271a62f239b8db68298301b9b34d403846c8e2b",
        numbers: [
          0.6773169, 0.03424755, 0.1876964, 0.9554053, 0.9812423, 0.9574089, 0.9697787, 0.03520227,
          0.2137408, 0.9550075, 0.9875479, 0.9617577, 0.9773195, 3.506819, 1.127927,
        ]),
      .report: Golden(
        version: 1, digest: "22ca6a31b38c9444917183615d54edf5b8b3acb429bd522f065b7c4af20bf04e"),
    ]

    /// Relative. OpenBLAS's kernels for Prescott, Sandy Bridge and AVX2 (`OPENBLAS_CORETYPE`) differ by
    /// 2e-6 at most, with a learning rate at which four steps move the loss by a tenth and don't
    /// yet blow rounding up.
    static let tolerance = 2e-5
    static let settings = ["compute.backend=openblas", "train.tiny.learning_rate=0.0001"]

    @Test("Results change only together with their version")
    func unchanged() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let run = try pipeline.driver(["run"] + Self.settings.flatMap { ["--set", $0] })
      #expect(run.status == 0, "\(run)")
      var changed: Stage?
      for stage in Stage.allCases {
        let golden = try #require(Self.recorded[stage])
        let made = try GoldenOutput(of: stage, in: pipeline)
        let name = stage.rawValue
        let digits = made.numbers.map { SignificantDigits.text($0) }.joined(separator: ", ")
        let record =
          ".\(name): Golden(version: \(stage.resultsVersion), digest: \"\(made.digest)\", "
          + "numbers: [\(digits)])"
        guard golden.version == stage.resultsVersion else {
          changed = changed ?? stage
          Issue.record("\(name) has a new version of its results; record what it makes: \(record)")
          continue
        }
        if made.digest == golden.digest, Self.isClose(made.numbers, golden.numbers) { continue }
        if let changed {
          Issue.record(
            "\(name) reads what \(changed.rawValue) makes, which changed; record: \(record)")
        } else {
          changed = stage
          Issue.record(
            """
            The results of \(name) changed, but not their version: artifacts made before would count \
            as up to date. Raise Stage.resultsVersion of \(name) by one and record: \(record)
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

  /// The header and the first column exactly, the mean of each column of numbers but AUCs: these jump
  /// where two slices change places.
  private mutating func addColumns(of lines: [String], withNumbers: Bool = true) {
    let rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard let header = rows.first else { return }
    add(header.joined(separator: ","))
    for row in rows.dropFirst() { add(row[0]) }
    guard withNumbers else { return }
    for column in header.indices.dropFirst() where !header[column].hasPrefix("auc_") {
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
