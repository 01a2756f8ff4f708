import ArtifactTables
import CTImaging
import SliceLoading

extension ModelCard {
  /// The windows to apply while loading; `nil` where the slices show them already.
  var loadedWindows: [Window]? { hounsfield ? windows.map(Window.init) : nil }

  var imageNormalization: ImageNormalization {
    ImageNormalization(mean: normalization.mean, deviation: normalization.deviation)
  }
}

extension ModelCard.Sampling {
  init(_ tally: InclusionTally, asked: [Double]?) {
    self.init(
      slices: tally.slices, positives: tally.positives, draws: tally.draws,
      drawnPositives: tally.drawnPositives, asked: asked)
  }
}

extension InclusionTally {
  init(_ sampling: ModelCard.Sampling) {
    self.init(
      slices: sampling.slices, positives: sampling.positives, draws: sampling.draws,
      drawnPositives: sampling.drawnPositives)
  }
}
