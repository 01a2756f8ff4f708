import ComputeGraph
import SliceLoading

/// What a training draws its batches from.
public struct TrainingData: Sendable {
  public var dataset: SliceDataset
  public var sampler: any BatchSampler
  public var normalization: ImageNormalization
  public var flip: HorizontalFlip?
  public var affine: RandomAffine?

  public init(
    dataset: SliceDataset, sampler: any BatchSampler, normalization: ImageNormalization,
    flip: HorizontalFlip? = nil, affine: RandomAffine? = nil
  ) {
    self.dataset = dataset
    self.sampler = sampler
    self.normalization = normalization
    self.flip = flip
    self.affine = affine
  }

  /// Batches for a program from a position on.
  ///
  /// One loader thread: decoding a slice takes a small part of what its step takes, and the
  /// engine's threads fill the cores.
  func loader(
    for program: Program, from start: BatchPlan.Position, endEpoch: Int
  ) -> BatchLoader {
    let shape = program.graph[program.graph.input]
    return BatchLoader(
      dataset: dataset, sampler: sampler,
      layout: BatchLayout(
        batch: program.batch, channels: shape.channels, height: shape.height, width: shape.width),
      normalization: normalization, flip: flip, affine: affine,
      plan: BatchPlan(start: start, endEpoch: endEpoch), threads: 1)
  }
}
