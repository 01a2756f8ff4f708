import ArtifactTables
import Diagnostics
import Foundation
import Merging
import PipelineContract
import Testing
import Vocabulary

/// Expected numbers come from numpy and scikit-learn 1.9.1, over the fixture's formulas:
/// ```python
/// i = np.arange(30); any_ = (i % 3 == 0).astype(int); held = (i // 3) % 5 == 0
/// y = np.stack([any_] + [any_ * ((i // 3) % (k + 2) == 0) for k in range(4)] + [any_], 1)
/// def prediction(m):
///     noise = ((i[:, None] * 31 + np.arange(6)[None] * 17 + m * 13) % 29) / 29
///     return np.round(0.1 + 0.5 * y * (0.6 + 0.2 * m) + 0.3 * noise, 6)
/// def loss(p, y):
///     p = np.clip(p, 1e-6, 1 - 1e-6)
///     return np.average([log_loss(y[:, k], p[:, k], labels=[0, 1]) for k in range(6)],
///                       weights=[2, 1, 1, 1, 1, 1])
/// a, b = prediction(0)[held], prediction(1)[held]
/// la, lb = loss(a, y[held]), loss(b, y[held]); wa = (1 - la) / (2 - la - lb)
/// merged = loss(wa * a + (1 - wa) * b, y[held])
/// constant = loss(np.repeat(y[~held].mean(0)[None], 6, 0), y[held])
/// test = wa * prediction(0)[:4] + (1 - wa) * prediction(1)[:4]
/// ```
@Suite struct MergingTests {
  let fixture: MergeFixture
  init() throws { fixture = try MergeFixture() }

  @Test func weightsAndScores() throws {
    let metrics = try fixture.merge()
    #expect(abs((metrics.models["a"]?.loss ?? 0) - 0.3657786831473348) < 1e-9)
    #expect(abs((metrics.models["b"]?.loss ?? 0) - 0.3396314807423528) < 1e-9)
    #expect(abs(metrics.merged.loss - 0.3450839275949803) < 1e-9)
    #expect(abs(metrics.constant.loss - 1.1299692723327048) < 1e-9)
    #expect(abs(metrics.skill - (1 - 0.3450839275949803 / 1.1299692723327048)) < 1e-9)
    #expect(metrics.betterThanConstant && metrics.synthetic)
    #expect(metrics.slices == 6 && metrics.patients == 2)
    #expect(metrics.merged.labels["any"]?.auc == 1)
    #expect(metrics.merged.labels["epidural"]?.positives == 1)
    #expect(abs((metrics.merged.labels["epidural"]?.logLoss ?? 0) - 0.3117836292602215) < 1e-9)
    #expect(metrics.constant.probabilities["intraparenchymal"] == 3 / 24.0)

    let weights = try CanonicalJSON.read(
      EnsembleWeights.self, from: fixture.folder.appendingPathComponent("out/weights.json"))
    #expect(abs((weights.models["a"]?.weight ?? 0) - 0.4899013565240311) < 1e-9)
    #expect(abs((weights.models["b"]?.weight ?? 0) - 0.5100986434759689) < 1e-9)
    let written = try CanonicalJSON.read(
      MergeMetrics.self, from: fixture.folder.appendingPathComponent("out/metrics.json"))
    #expect(written.merged.loss == metrics.merged.loss && written.fallback == 1)
  }

  /// The shares are 3/4 and 1/4 of the two networks' own tables.
  @Test func weightsAreTakenAsGiven() throws {
    try fixture.merge(weights: .given(["a": 0.6, "b": 0.2]))
    func table(_ path: String) throws -> [Double] {
      try PredictionTable(file: fixture.folder.appendingPathComponent(path))
        .ordered(by: ["ID_f0", "ID_f1", "ID_f2", "ID_f3"], name: path).probabilities
    }
    let (a, b) = (try table("predict/a/test.csv"), try table("predict/b/test.csv"))
    for (merged, (a, b)) in zip(try table("out/probabilities.csv"), zip(a, b)) {
      #expect(abs(merged - (0.75 * a + 0.25 * b)) < 1e-6)
    }
    let alone = try fixture.merge(weights: .given(["a": 1, "b": 0]))
    #expect(alone.merged == alone.models["a"])
  }

  /// The stamp changes no number.
  @Test func whatLeaksIsStamped() throws {
    let honest = try fixture.merge()
    #expect(!honest.leaky && honest.stamp.isEmpty)
    let metrics = try fixture.merge(leaky: true)
    #expect(metrics.leaky && metrics.stamp == "LEAKY: ")
    #expect(metrics.merged == honest.merged)
    for name in ["metrics.json", "weights.json"] {
      #expect(try fixture.lines(name).contains { $0.contains("\"leaky\" : true") }, "\(name)")
    }
  }

  @Test func probabilitiesAreTheWeightedAverageByID() throws {
    _ = try fixture.merge()
    let lines = try fixture.lines("probabilities.csv")
    #expect(
      lines.first
        == "id,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural")
    #expect(lines.count == 5)
    #expect(lines[1] == "ID_f0,0.5196095,0.5424419,0.5713335,0.5941659,0.6230575,0.6458899")
    #expect(lines[4] == "ID_f3,0.5816785,0.253501,0.2823926,0.305225,0.181087,0.5609885")
  }

  /// In the split's order; the expected numbers are `wa * a + (1 - wa) * b` of the docstring above.
  @Test func heldOutProbabilitiesArePublished() throws {
    for rule in [WeightingRule.inverseLoss, .fitted] {
      let metrics = try fixture.merge(weights: .rule(rule))
      let table = try PredictionTable(
        file: fixture.folder.appendingPathComponent("out/validation.csv"))
      let held = MergeFixture.split.heldOut(fold: 0)
      #expect(table.ids == held.map(\.id))
      // The loss of what was published, by its definition.
      var sum = 0.0
      for (label, weight) in [2.0, 1, 1, 1, 1, 1].enumerated() {
        for (row, slice) in held.enumerated() {
          let probability = table.probabilities[row * 6 + label]
          sum -= weight * log(slice.labels[label] == 1 ? probability : 1 - probability)
        }
      }
      #expect(abs(sum / 7 / Double(held.count) - metrics.merged.loss) < 1e-6, "\(rule)")
    }
    _ = try fixture.merge()
    #expect(
      try fixture.lines("validation.csv")[1]
        == "ID_0,0.5196095,0.5424419,0.5713335,0.5941659,0.6230575,0.6458899")
  }

  @Test func submissionWithoutASampleIsSortedAndHoldsTheExcludedFile() throws {
    let metrics = try fixture.merge()
    let lines = try fixture.lines("submission.csv")
    #expect(lines.count == 1 + 5 * 6 && lines[0] == "ID,Label")
    // The file with short Pixel Data sorts first; it gets the base rates of the training folds.
    #expect(
      Array(lines[1...6]) == [
        "ID_e9_epidural,0.1666667", "ID_e9_intraparenchymal,0.125",
        "ID_e9_intraventricular,0.08333333", "ID_e9_subarachnoid,1e-06",
        "ID_e9_subdural,0.3333333", "ID_e9_any,0.3333333",
      ])
    #expect(lines[7] == "ID_f0_epidural,0.5424419" && lines[12] == "ID_f0_any,0.5196095")
    #expect(metrics.fallback == 1 && metrics.fallbackReasons == ["pixel-data-short": 1])
    #expect(metrics.submitted == 5 && metrics.notSubmitted == 0)
  }

  private static let subtypes = [
    "subdural", "any", "epidural", "intraparenchymal", "intraventricular", "subarachnoid",
  ]

  private func sample(_ ids: [String]) -> String {
    "ID,Label\n" + ids.flatMap { id in Self.subtypes.map { "\(id)_\($0),0.5\n" } }.joined()
  }

  @Test func sampleSubmissionGivesRowsAndOrder() throws {
    let ids = ["ID_f3", "ID_e9", "ID_abc", "ID_f0", "ID_f3"]
    let metrics = try fixture.merge(sample: sample(ids))
    let lines = try fixture.lines("submission.csv")
    // A repeated image is submitted as often as the sample asks for it.
    let wanted = ids.flatMap { id in Self.subtypes.map { "\(id)_\($0)" } }
    #expect(lines.dropFirst().map { String($0.prefix { $0 != "," }) } == wanted)
    #expect(lines[1] == "ID_f3_subdural,0.5609885" && lines[2] == "ID_f3_any,0.5816785")
    #expect(lines[14] == "ID_abc_any,0.3333333")
    #expect(metrics.fallbackReasons == ["pixel-data-short": 1, "no-file": 1])
    #expect(metrics.fallback == 2 && metrics.submitted == 4 && metrics.notSubmitted == 2)
  }

  @Test func sampleSubmissionIsChecked() throws {
    let short = try fixture.refusal {
      _ = try fixture.merge(sample: sample(["ID_f0"]) + "ID_f1_any,0.5\n")
    }
    #expect(short.code == "submission-incomplete" && short.message.contains("ID_f1"))
    #expect(short.location?.hasSuffix("sample.csv:8") == true)
    let odd = try fixture.refusal { _ = try fixture.merge(sample: "ID,Label\nbanana,0.5\n") }
    #expect(odd.kind == .badData && odd.location?.hasSuffix("sample.csv:2") == true)
    #expect(
      try fixture.refusal { _ = try fixture.merge(sample: "ID,Label\n") }.kind == .badData)
  }

  @Test func equalWeights() throws {
    _ = try fixture.merge(weights: .rule(.equal))
    let weights = try CanonicalJSON.read(
      EnsembleWeights.self, from: fixture.folder.appendingPathComponent("out/weights.json"))
    #expect(weights.models.values.allSatisfy { $0.weight == 0.5 })
  }

  /// Expected by scipy 1.17.1's bounded scalar minimisation of the loss of `w * a + (1 - w) * b`, over
  /// all held-out slices, and over those of one patient to score the other's.
  @Test func fittedWeights() throws {
    let metrics = try fixture.merge(weights: .rule(.fitted))
    let weights = try CanonicalJSON.read(
      EnsembleWeights.self, from: fixture.folder.appendingPathComponent("out/weights.json"))
    #expect(abs((weights.models["a"]?.weight ?? 0) - 0.0312789003) < 1e-5)
    #expect(abs((weights.models["b"]?.weight ?? 0) - 0.9687210997) < 1e-5)
    #expect(abs(metrics.merged.loss - 0.33968034046849976) < 1e-6)
    #expect(try fixture.merge(weights: .rule(.fitted), models: ["a"]).merged == metrics.models["a"])
  }

  @Test func oneModelIsItself() throws {
    let metrics = try fixture.merge(models: ["a"])
    #expect(metrics.merged == metrics.models["a"])
    let merged = try PredictionTable(
      file: fixture.folder.appendingPathComponent("out/probabilities.csv"))
    #expect(merged["ID_f2"] == MergeFixture.prediction(2, model: 0))
  }

  @Test func modelsThatCoverOtherSlices() throws {
    let six = [Double](repeating: 0.5, count: 6)
    try fixture.write(
      "predict/b/test.csv", ["ID_f0", "ID_f1", "ID_f2", "ID_77"].map { ($0, six) })
    let error = try fixture.refusal { _ = try fixture.merge() }
    #expect(error.kind == .badData && error.code == "prediction-other-slices")
    #expect(error.message.contains("the test of b"))
    #expect(error.message.contains("ID_f3") && error.message.contains("ID_77"))
  }

  @Test func splitOfAnotherFold() throws {
    try MergeFixture.summary(heldOutFold: 1).write(
      to: fixture.folder.appendingPathComponent("split/summary.json"))
    let error = try fixture.refusal { _ = try fixture.merge() }
    #expect(error.code == "split-other-fold" && error.location?.hasSuffix("summary.json") == true)
  }

  @Test func foldWithoutSlices() throws {
    let rows = MergeFixture.split.rows.filter { $0.fold != 0 }
    try SplitTable(rows: rows).write(
      to: fixture.folder.appendingPathComponent("split/slices.csv"))
    #expect(try fixture.refusal { _ = try fixture.merge() }.code == "split-empty-fold")
  }

  @Test func lossAboveOneKeepsASmallPositiveWeight() throws {
    let weights = EnsembleWeights(losses: ["good": 0.2, "bad": 3], weighting: .rule(.inverseLoss)) {
      [:]
    }
    #expect(weights.models["bad"]?.weight == 0.001 / 0.801)
    #expect(weights.models["good"]?.weight == 0.8 / 0.801)
    let lost = EnsembleWeights(losses: ["x": 1, "y": 9], weighting: .rule(.inverseLoss)) { [:] }
    #expect(lost.models["x"]?.weight == 0.5 && lost.models["y"]?.weight == 0.5)
  }

  @Test func missingAUCIsWrittenAsNull() throws {
    // Every held-out slice is free of blood: no curve exists for any label.
    let rows = MergeFixture.split.rows.map { row in
      row.fold != 0
        ? row
        : SplitTable.Row(
          id: row.id, patient: row.patient, study: row.study, fold: 0,
          labels: [0, 0, 0, 0, 0, 0])
    }
    try SplitTable(rows: rows).write(
      to: fixture.folder.appendingPathComponent("split/slices.csv"))
    _ = try fixture.merge()
    let text = try fixture.lines("metrics.json").joined()
    #expect(text.contains("\"auc\" : null"))
  }

  /// As a network gives them whose classifier has become 0.
  @Test func theSameForEverySliceIsRefused() throws {
    let half = [Double](repeating: 0.5, count: 6)
    let held = MergeFixture.split.heldOut(fold: 0).map { ($0.id, half) }
    try fixture.write("predict/b/validation.csv", held)
    // Alone, a fold may happen to look alike.
    _ = try fixture.merge()
    try fixture.write("predict/b/test.csv", (0..<4).map { ("ID_f\($0)", half) })
    let error = try fixture.refusal { _ = try fixture.merge() }
    #expect(error.kind == .badData && error.code == "prediction-constant")
    #expect(error.message.contains("the prediction of b"))
    #expect(error.location?.hasSuffix("predict/b") == true)
    try fixture.writeTestCollection(alike: true)
    _ = try fixture.merge()
  }

  @Test(arguments: ["nan", "inf", "-0.1", "1.5"])
  func whatIsNoProbabilityIsRefused(_ text: String) throws {
    let file = "predict/a/test.csv"
    let good = try String(contentsOf: fixture.folder.appendingPathComponent(file), encoding: .utf8)
    let lines = good.split(separator: "\n", omittingEmptySubsequences: false)
    var fields = lines[2].split(separator: ",")
    fields[3] = Substring(text)
    try fixture.write(
      file, good.replacing(lines[2], with: fields.joined(separator: ",")))
    let error = try fixture.refusal { _ = try fixture.merge() }
    #expect(error.kind == .badData && error.location?.hasSuffix("\(file):3") == true)
  }
}
