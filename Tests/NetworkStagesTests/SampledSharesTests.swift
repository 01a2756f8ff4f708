import ArtifactTables
import Diagnostics
import LogCapture
import PipelineConfiguration
import SliceLoading
import Testing
import Vocabulary

@testable import NetworkStages

/// What the sampler is asked for, beside what it draws.
@Suite struct SampledSharesTests {
  private struct NoPictures: SliceSource {
    let count: Int
    func readPNG(at index: Int, into bytes: inout [UInt8]) throws { bytes = [] }
  }

  /// 100 slices, of which 22 bleed: 2 epidural, 20 subdural.
  private static let rows: [[Float]] =
    [[Float]](repeating: [1, 1, 0, 0, 0, 0], count: 2)
    + [[Float]](repeating: [1, 0, 0, 0, 0, 1], count: 20)
    + [[Float]](repeating: [0, 0, 0, 0, 0, 0], count: 78)

  private func slices(_ rows: [[Float]] = rows) -> SliceDataset {
    SliceDataset(
      source: NoPictures(count: rows.count), ids: rows.indices.map { "ID_\($0)" },
      labels: rows.flatMap(\.self), classes: 6)
  }

  private func parameters(
    _ sampler: SamplerParameters, steps: Int? = nil
  ) -> TrainParameters {
    var parameters = TrainParameters(model: .resnet18, size: 32, batch: 4, epochs: 2)
    parameters.sampler = sampler
    parameters.stepsPerEpoch = steps
    return parameters
  }

  private func shares(
    _ sampler: SamplerParameters, steps: Int? = nil, of rows: [[Float]] = rows
  ) throws -> SampledShares? {
    let (data, parameters) = (slices(rows), parameters(sampler, steps: steps))
    let drawn = try TrainingPlan(parameters: parameters, key: "train.a").sampler(
      for: data, redraw: nil)
    return SampledShares(parameters, key: "train.a", of: data, drawnBy: drawn)
  }

  private static func weights(_ epidural: Double, _ subdural: Double, others: Double = 0)
    -> [Label: Double]
  {
    [
      .epidural: epidural, .intraparenchymal: others, .intraventricular: others,
      .subarachnoid: others, .subdural: subdural,
    ]
  }

  /// The case. 22 slices are 30 % of 73.3 draws, 50 % of 44, 90 % of 24.4; in batches of 4.
  @Test(arguments: [(0.3, 18, "30.0"), (0.5, 11, "50.0"), (0.9, 6, "90.0")])
  func aShareThatDrawsEverythingIsRefused(_ share: Double, steps: Int, _ text: String) throws {
    let sampler = SamplerParameters(kind: .weighted, positiveShare: share)
    let idle = try #require(try shares(sampler))
    let error = #expect(throws: IchorError.self) { try idle.requireEffect() }
    #expect(error?.kind == .configuration && error?.code == "setting-idle")
    #expect(error?.message.contains("all of the 100 slices") == true)
    #expect(error?.message.contains("any 22.0 % instead of \(text) %") == true)
    #expect(error?.remedy.contains("steps_per_epoch to at most \(steps),") == true)
    #expect(error?.location == "train.a.sampler.positive_share")
    try shares(sampler, steps: steps)?.requireEffect()
    // Twice through all slices is no better.
    #expect(throws: IchorError.self) { try shares(sampler, steps: 50)?.requireEffect() }
  }

  @Test func weightsThatDrawEverythingAreRefused() throws {
    let sampler = SamplerParameters(kind: .weighted, weights: Self.weights(1, 1))
    let error = #expect(throws: IchorError.self) { try shares(sampler)?.requireEffect() }
    #expect(error?.location == "train.a.sampler.weights")
    #expect(error?.message.contains("epidural 2.0 % instead of 11.0 %") == true)
    #expect(error?.message.contains("any") == false)
    try shares(SamplerParameters(kind: .weighted, keepNegative: 0.5))?.requireEffect()
    try shares(SamplerParameters(kind: .weighted))?.requireEffect()
    #expect(try shares(SamplerParameters()) == nil)
  }

  /// Most of the slices that take part: the weights decide little, and that is said, with the shares
  /// that were counted.
  @Test func bothSharesAreSaid() throws {
    let sampler = SamplerParameters(kind: .weighted, positiveShare: 0.9)
    let (data, parameters) = (slices(), parameters(sampler, steps: 15))
    let drawn = try TrainingPlan(parameters: parameters, key: "train.a").sampler(
      for: data, redraw: nil)
    let bleeding = (0..<15).flatMap { drawn.indices(epoch: 0, step: $0) }.count { $0 < 22 }
    let text = "any \(Quantity.percent(Double(bleeding) / 60)) instead of 90.0 %"
    let shares = try #require(
      SampledShares(parameters, key: "train.a", of: data, drawnBy: drawn))
    try shares.requireEffect()
    #expect(shares.notes.count == 1)
    #expect(
      shares.notes[0].hasPrefix(
        "train.a.sampler can't draw what is asked: \(text), as an epoch draws 60 from the 100 slices"
      )
    )
    #expect(shares.notes[0].contains("up to a steps_per_epoch of 6,"))
    let log = LoggedLines()
    shares.say(log.logger)
    #expect(log.texts.contains { $0.contains("any=\(text.dropFirst(4))") }, "\(log.texts)")
  }

  @Test func aShareThatIsHadIsNotMentioned() throws {
    let many = Self.rows.flatMap { [[Float]](repeating: $0, count: 40) }
    let shares = try #require(
      try shares(SamplerParameters(kind: .weighted, positiveShare: 0.5), steps: 50, of: many))
    #expect(shares.notes == [])
  }

  @Test func weightsOfLabelsThatNoSliceHasAreCounted() throws {
    let many = Self.rows.flatMap { [[Float]](repeating: $0, count: 40) }
    let shares = try #require(
      try shares(
        SamplerParameters(kind: .weighted, weights: Self.weights(0.5, 0.5, others: 0.2)),
        steps: 10, of: many))
    for label in ["intraparenchymal", "intraventricular", "subarachnoid"] {
      #expect(
        shares.notes.contains {
          $0.hasPrefix("train.a.sampler.weights.\(label) is 0.2, but 0 of the 4000 training slices")
        }, "\(shares.notes)")
    }
    #expect(!shares.notes.contains { $0.contains("weights.epidural") })
  }

  @Test func slicesThatAreNeverDrawnAreCounted() throws {
    let shares = try #require(
      try shares(
        SamplerParameters(kind: .weighted, weights: Self.weights(1, 0)), steps: 2))
    #expect(
      shares.notes.contains { $0.hasPrefix("20 slices with a haemorrhage will never be drawn") })
  }

  @Test func keepsThatDecideNothingAreSaid() throws {
    func notes(_ sampler: SamplerParameters, steps: Int?) throws -> String {
      try shares(sampler, steps: steps)?.notes.joined(separator: "\n") ?? ""
    }
    #expect(
      try notes(
        SamplerParameters(kind: .weighted, keepNegative: 0.5, positiveShare: 0.5), steps: 2
      ).contains("positive_share decides the shares"))
    let both = SamplerParameters(kind: .weighted, keepPositive: 0.5, keepNegative: 0.5)
    #expect(try notes(both, steps: 2).contains("they change nothing"))
    #expect(try notes(both, steps: nil) == "")
    #expect(
      try notes(SamplerParameters(kind: .weighted), steps: 2).contains("draws as epochs do"))
    #expect(
      try notes(SamplerParameters(kind: .weighted, keepNegative: 0.5), steps: nil) == "")
  }

  @Test func theSentenceHasBothShares() {
    let sampling = ModelCard.Sampling(
      slices: 100, positives: [22, 2, 0, 0, 0, 20], draws: 40,
      drawnPositives: [20, 2, 0, 0, 0, 18],
      asked: [0.5, 0.125, 0, 0, 0, 0.375])
    #expect(
      sampling.sentence?.hasPrefix(
        "drawn: any 50.0 % (asked 50.0 %), epidural 5.0 % (asked 12.5 %)")
        == true)
    #expect(
      ModelCard.Sampling(slices: 1, positives: [], draws: 1, drawnPositives: []).sentence == nil)
  }
}
