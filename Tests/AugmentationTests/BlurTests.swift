import Testing

@testable import Augmentation

@Suite struct BlurTests {
  private typealias Numbers = OracleNumbers

  @Test(arguments: [
    (AugmentationSteps.Step.gaussianBlur(0.8), Numbers.gaussianSmall),
    (.gaussianBlur(2.5), Numbers.gaussianLarge), (.averageBlur(3), Numbers.average3),
    (.averageBlur(4), Numbers.average4),
  ])
  func filtersAgreeWithSciPyAndOpenCV(step: AugmentationSteps.Step, expected: [Double]) {
    #expect(TestPicture.distance(TestPicture.augmented(AugmentationSteps([step])), expected) < 2e-4)
  }

  @Test(arguments: [(3, Numbers.median3), (5, Numbers.median5)])
  func mediansAgreeWithOpenCV(size: Int, expected: [Double]) {
    let median = TestPicture.augmented(AugmentationSteps([.medianBlur(size)]))
    #expect(TestPicture.distance(median, expected) == 0)
  }

  @Test(arguments: [
    AugmentationSteps.Step.gaussianBlur(1.2), .averageBlur(5), .medianBlur(3), .medianBlur(5),
  ])
  func channelsKeepApart(step: AugmentationSteps.Step) {
    let three = TestPicture.augmented(AugmentationSteps([step]), channels: 3)
    for channel in 0..<3 {
      let alone = TestPicture.augmented(
        (0..<63).map { TestPicture.level($0, channel: channel) }, AugmentationSteps([step]),
        width: 9, height: 7, channels: 1)
      #expect(Array(three[channel * 63..<channel * 63 + 63]) == alone)
    }
  }

  /// Against sorting, on a picture wider than the vectors.
  @Test(arguments: [3, 5]) func mediansAreMedians(size: Int) {
    let (width, height) = (41, 23)
    let samples = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let median = TestPicture.augmented(
      samples, AugmentationSteps([.medianBlur(size)]), width: width, height: height, channels: 1)
    let reach = size / 2
    for y in 0..<height {
      for x in 0..<width {
        let window = (-reach...reach).flatMap { down in
          (-reach...reach).map { right in
            samples[
              min(max(y + down, 0), height - 1) * width + min(max(x + right, 0), width - 1)]
          }
        }
        #expect(median[y * width + x] == Float(window.sorted()[size * size / 2]))
      }
    }
  }

  @Test func aMedianRoundsFirst() {
    let halved = TestPicture.augmented(AugmentationSteps([.brightness(0.3), .medianBlur(3)]))
    #expect(halved.allSatisfy { $0 == $0.rounded() })
    let plain = TestPicture.augmented(AugmentationSteps([.medianBlur(3)]))
    for (after, before) in zip(halved, plain) { #expect(abs(after - 0.3 * before) <= 0.501) }
  }

  @Test func theSmallestGaussianDoesNothing() {
    let plain = TestPicture.augmented(AugmentationSteps([]))
    #expect(TestPicture.augmented(AugmentationSteps([.gaussianBlur(0.16)])) == plain)
    #expect(TestPicture.augmented(AugmentationSteps([.gaussianBlur(0)])) == plain)
  }

  /// A blur of one row or one column mirrors a picture of a single line onto itself.
  @Test func blursReachBeyondTinyPictures() {
    for step: AugmentationSteps.Step in [.gaussianBlur(3), .averageBlur(7), .medianBlur(5)] {
      let line = TestPicture.augmented(
        [200, 200, 200, 200], AugmentationSteps([step]), width: 1, height: 4, channels: 1)
      #expect(line.allSatisfy { abs($0 - 200) < 1e-3 })
    }
  }
}
