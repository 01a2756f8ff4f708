import ArtifactTables
import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing
import Vocabulary

/// JSON files are refused where they contradict themselves; none of what they hold reaches a trap.
@Suite struct ArtifactDocumentTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let six = Label.allCases.map(\.rawValue)

  private func labelled<Value>(_ value: Value) -> [String: Value] {
    Dictionary(Self.six.map { ($0, value) }, uniquingKeysWith: { first, _ in first })
  }

  /// Writes a document, reads it back, and reads it again after each replacement in its text.
  private func check<Document: ArtifactDocument>(
    _ document: Document, spoiling replacements: [(String, String)],
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.url.appendingPathComponent("document.json")
    try document.write(to: file)
    #expect(try Document.read(from: file) == document, sourceLocation: place)
    let good = try String(contentsOf: file, encoding: .utf8)
    for (text, spoilt) in replacements {
      let bad = good.replacing(text, with: spoilt, maxReplacements: 1)
      try #require(bad != good, "\(text)", sourceLocation: place)
      try Data(bad.utf8).write(to: file)
      let error = try refusal { _ = try Document.read(from: file) }
      #expect(error.kind == .badData, "\(text): \(error)", sourceLocation: place)
      #expect(error.location == file.path, "\(text): \(error)", sourceLocation: place)
    }
  }

  @Test func splitSummary() throws {
    let counts = SplitSummary.Counts(
      slices: 4, patients: 2, studies: 2, positiveSlices: labelled(1),
      positivePatients: labelled(1))
    try check(
      SplitSummary(
        seed: 1, heldOutFold: 1, total: counts, folds: [counts, counts],
        baseRates: [0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
        labelFile: SplitSummary.LabelFile(
          rows: 24, images: 4, duplicateRows: 0, imagesWithoutSlice: 0), excluded: [:]),
      spoiling: [
        ("\"held_out_fold\" : 1", "\"held_out_fold\" : 2"),
        ("\"held_out_fold\" : 1", "\"held_out_fold\" : -1"), ("0.5", "1.5"),
        ("\"any\" : 0.5", "\"all\" : 0.5"), ("\"any\" : 1", "\"all\" : 1"),
      ])
  }

  @Test func leakageReport() throws {
    let none = LeakageReport.Check(distinct: 3, inSeveralFolds: 0)
    try check(
      LeakageReport(
        patient: none, study: none, file: none, pixels: none, slicesWithSharedPixels: 0,
        tiedPatients: 0),
      spoiling: [
        ("\"passed\" : true", "\"passed\" : false"),
        ("\"in_several_folds\" : 0", "\"in_several_folds\" : 1"),
      ])
  }

  @Test func priorCalibration() throws {
    let rates = PriorCalibration.LabelRates(
      natural: 0.125, drawn: 0.5, drawsWith: 2, drawsWithout: nil, corrects: true)
    try check(
      PriorCalibration(
        applied: true, lossBefore: 0.75, lossAfter: 0.25, labels: labelled(rates), leaky: false),
      spoiling: [
        ("0.125", "-0.125"), ("\"drawn\" : 0.5", "\"drawn\" : 1.5"), ("0.75", "-0.75"),
        ("\"any\"", "\"all\""),
      ])
  }

  @Test func ensembleWeights() throws {
    try check(
      EnsembleWeights(models: [
        "a": EnsembleWeights.Model(loss: 0.5, weight: 0.25),
        "b": EnsembleWeights.Model(loss: 0.1, weight: 0.75),
      ]),
      spoiling: [("0.25", "0.5"), ("0.25", "-0.25"), ("\"loss\" : 0.5", "\"loss\" : -0.5")])
  }

  @Test func mergeMetrics() throws {
    let score = MergeMetrics.LabelScores(logLoss: 0.125, auc: 0.875, positives: 2)
    let scores = MergeMetrics.Scores(
      loss: 0.25, labels: [MergeMetrics.LabelScores](repeating: score, count: 6))
    let metrics = MergeMetrics(
      synthetic: true, leaky: false, slices: 9, patients: 3, merged: scores, models: ["a": scores],
      constant: MergeMetrics.Constant(
        probabilities: [0.5, 0.1, 0.1, 0.1, 0.1, 0.1], scores: scores),
      skill: 0,
      coverage: MergeMetrics.Coverage(
        submitted: 5, fallbackReasons: ["no-file": 1, "unreadable": 2], notSubmitted: 0))
    #expect(metrics.fallback == 3 && !metrics.betterThanConstant)
    try check(
      metrics,
      spoiling: [
        ("\"auc\" : 0.875", "\"auc\" : 1.875"), ("\"any\" : {", "\"all\" : {"),
        ("\"any\" : 0.5", "\"any\" : 1.5"), ("\"loss\" : 0.25", "\"loss\" : -0.25"),
        ("\"log_loss\" : 0.125", "\"log_loss\" : -0.125"), ("\"slices\" : 9", "\"slices\" : 0"),
      ])
  }

  @Test func modelCard() throws {
    var card = ModelCard(
      architecture: .resnet18, size: 112, windows: [.brain], hounsfield: false,
      normalization: ModelCard.Normalization(mean: [0.25], deviation: [0.5]),
      trainedOn: ["split": "abc"], leaky: false)
    card.sampling = ModelCard.Sampling(
      slices: 10, positives: [5, 1, 1, 1, 1, 1], draws: 20, drawnPositives: [9, 2, 2, 2, 2, 2])
    try check(
      card,
      spoiling: [
        ("\"size\" : 112", "\"size\" : 0"), ("\"size\" : 112", "\"size\" : -112"),
        ("\"size\" : 112", "\"size\" : 9223372036854775807"), ("0.5", "0"), ("0.5", "1e99"),
        ("\"brain\"", "\"brain\", \"bone\""), ("\"epidural\",", ""),
      ])
    let file = folder.url.appendingPathComponent("model.json")
    #expect(try card.requireSampling(file) == card.sampling)
    for sampling in [
      nil, ModelCard.Sampling(slices: 0, positives: [], draws: 20, drawnPositives: []),
      ModelCard.Sampling(
        slices: 10, positives: [11, 1, 1, 1, 1, 1], draws: 20,
        drawnPositives: [9, 2, 2, 2, 2, 2]),
      ModelCard.Sampling(
        slices: 10, positives: [5, 1, 1, 1, 1, 1], draws: 20,
        drawnPositives: [9, 2, 2, 2, 2, -1]),
    ] {
      card.sampling = sampling
      let error = try refusal { _ = try card.requireSampling(file) }
      #expect(error.code == "model-sampling" && error.location == file.path)
    }
  }

  @Test func noJSONAtAll() throws {
    let file = try folder.write("{", to: "metrics.json")
    #expect(try refusal { _ = try MergeMetrics.read(from: file) }.kind == .badData)
    let missing = folder.url.appendingPathComponent("none.json")
    #expect(try refusal { _ = try MergeMetrics.read(from: missing) }.kind == .inputMissing)
  }
}
