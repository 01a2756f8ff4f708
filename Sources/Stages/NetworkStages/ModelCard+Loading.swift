import ArtifactTables
import Augmentation
import CTImaging
import SliceLoading

extension ModelCard {
  /// The windows to apply while loading; `nil` where the slices show them already.
  ///
  /// - Throws: `IchorError(.configuration)` for the name of an unknown window.
  func loadedWindows() throws -> [HounsfieldWindow]? {
    guard hounsfield else { return nil }
    return try windows.map { name in
      let window = try Window.named(name)
      return HounsfieldWindow(centre: Double(window.centre), width: Double(window.width))
    }
  }

  var imageNormalization: ImageNormalization {
    ImageNormalization(mean: normalization.mean, deviation: normalization.deviation)
  }
}

extension ModelCard.Sampling {
  init(_ tally: InclusionTally) {
    self.init(
      slices: tally.slices, positives: tally.positives, draws: tally.draws,
      drawnPositives: tally.drawnPositives)
  }
}

extension InclusionTally {
  init(_ sampling: ModelCard.Sampling) {
    self.init(
      slices: sampling.slices, positives: sampling.positives, draws: sampling.draws,
      drawnPositives: sampling.drawnPositives)
  }
}
