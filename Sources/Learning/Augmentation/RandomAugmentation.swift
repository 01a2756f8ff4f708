import Randomness

/// Draws what is done to each sample: a pure function of (seed, epoch, step, sample).
///
/// Every number has a purpose of its own (`augment.flip`, `augment.crop`, …), so that turning one
/// kind on or off changes no other. Flip, crop and affine are one step: composed, they give what
/// they give one after the other, except that they interpolate once instead of three times. The
/// order of that step and the others is drawn too (`augment.order`).
package struct RandomAugmentation: Sendable, Equatable {
  package let ranges: AugmentationRanges
  private let seed: UInt64

  package init(_ ranges: AugmentationRanges, seed: UInt64) {
    self.ranges = ranges
    self.seed = seed
  }

  /// - Parameters:
  ///   - sample: position in the global batch.
  ///   - width, height: of the picture.
  package func steps(
    epoch: Int, step: Int, sample: Int, width: Int, height: Int
  ) -> AugmentationSteps {
    let draws = Draws(seed: seed, epoch: epoch, step: step, sample: sample)
    var steps: [AugmentationSteps.Step] = []
    if ranges.hasGeometry { steps.append(.geometry(mapping(draws, width, height))) }
    if let range = ranges.blur, let blur = blur(range, draws) { steps.append(blur) }
    if let range = ranges.noise {
      var random = draws["augment.noise"]
      let deviation = random.uniform(in: range) * 255
      steps.append(.noise(deviation: deviation, key: random.next()))
    }
    if let range = ranges.contrast {
      var random = draws["augment.contrast"]
      steps.append(.contrast(random.uniform(in: range)))
    }
    if let range = ranges.brightness {
      var random = draws["augment.brightness"]
      steps.append(.brightness(random.uniform(in: range)))
    }
    // The shuffle of Fisher and Yates.
    var order = draws["augment.order"]
    for last in stride(from: steps.count - 1, to: 0, by: -1) {
      steps.swapAt(last, order.index(below: last + 1))
    }
    return AugmentationSteps(steps, windows: windows(draws))
  }

  private func windows(_ draws: Draws) -> [AugmentationSteps.WindowChange] {
    if ranges.windowCenter == nil && ranges.windowWidth == nil { return [] }
    var center = draws["augment.window_center"]
    var width = draws["augment.window_width"]
    return (0..<3).map { _ in
      AugmentationSteps.WindowChange(
        shift: ranges.windowCenter.map { center.uniform(in: $0) } ?? 0,
        factor: ranges.windowWidth.map { width.uniform(in: $0) } ?? 1)
    }
  }

  private func mapping(_ draws: Draws, _ width: Int, _ height: Int) -> AffineMapping {
    var mapping = AffineMapping.identity
    if ranges.flip {
      var random = draws["augment.flip"]
      if random.uniform() < 0.5 { mapping = .flip(width: width) }
    }
    if let range = ranges.crop {
      var random = draws["augment.crop"]
      let sides = (0..<4).map { _ in random.uniform(in: range) }
      mapping = mapping.followed(
        by: .crop(
          left: sides[0], right: sides[1], top: sides[2], bottom: sides[3], width: width,
          height: height))
    }
    func pair(_ range: ClosedRange<Double>?, _ purpose: String, _ none: Double) -> [Double] {
      guard let range else { return [none, none] }
      var random = draws[purpose]
      return [random.uniform(in: range), random.uniform(in: range)]
    }
    let scale = pair(ranges.scale, "augment.scale", 1)
    let shift = pair(ranges.shift, "augment.shift", 0)
    let rotation = pair(ranges.rotation, "augment.rotation", 0)[0]
    let shear = pair(ranges.shear, "augment.shear", 0)[0]
    if ranges.scale == nil && ranges.shift == nil && ranges.rotation == nil && ranges.shear == nil {
      return mapping
    }
    return mapping.followed(
      by: .affine(
        scaleX: scale[0], scaleY: scale[1], shear: shear, rotation: rotation,
        shiftX: shift[0] * Double(width), shiftY: shift[1] * Double(height), width: width,
        height: height))
  }

  private func blur(
    _ blur: AugmentationRanges.Blur, _ draws: Draws
  ) -> AugmentationSteps.Step? {
    var random = draws["augment.blur"]
    guard random.uniform() < blur.probability else { return nil }
    var kinds: [(inout CounterRandom) -> AugmentationSteps.Step] = []
    if let range = blur.gaussian { kinds.append { .gaussianBlur($0.uniform(in: range)) } }
    if let range = blur.average {
      kinds.append { .averageBlur(range.lowerBound + $0.index(below: range.count)) }
    }
    if let range = blur.median {
      let sizes = range.filter { $0 % 2 == 1 }
      kinds.append { .medianBlur(sizes[$0.index(below: sizes.count)]) }
    }
    return kinds[random.index(below: kinds.count)](&random)
  }
}

/// The generators of one sample, by purpose.
private struct Draws {
  let seed: UInt64
  let epoch: Int
  let step: Int
  let sample: Int

  subscript(purpose: String) -> CounterRandom {
    CounterRandom(seed: seed, purpose: purpose, epoch: epoch, step: step, sample: sample)
  }
}

extension CounterRandom {
  /// Uniform in 0..<count, except for a bias of at most `count` parts in 2^53.
  fileprivate mutating func index(below count: Int) -> Int { Int(uniform() * Double(count)) }
}
