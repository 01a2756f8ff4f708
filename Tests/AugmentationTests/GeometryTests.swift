import Testing

@testable import Augmentation

@Suite struct GeometryTests {
  private typealias Numbers = OracleNumbers

  static let affine = AffineMapping.affine(
    scaleX: 1.15, scaleY: 0.85, shear: 7, rotation: 20, shiftX: 1.3, shiftY: -0.6,
    width: TestPicture.width, height: TestPicture.height)

  @Test func theMappingIsTheInverseOfTheForwardMatrices() {
    let mapping = Self.affine
    let values = [mapping.xx, mapping.xy, mapping.x0, mapping.yx, mapping.yy, mapping.y0]
    for (value, expected) in zip(values, Numbers.mapping) { #expect(abs(value - expected) < 1e-6) }
  }

  @Test(arguments: [1, 2, 3]) func samplingAgreesWithSciPy(channels: Int) {
    let planes = TestPicture.augmented(
      AugmentationSteps([.geometry(Self.affine)]), channels: channels)
    #expect(TestPicture.distance(Array(planes.prefix(63)), Numbers.sampled) < 1e-3)
    #expect(Numbers.sampled.filter { $0 > 0 }.count > 50)
    // Each further channel is what it would be alone.
    for channel in 1..<max(channels, 1) {
      let alone = TestPicture.augmented(
        (0..<63).map { TestPicture.level($0, channel: channel) },
        AugmentationSteps([.geometry(Self.affine)]), width: 9, height: 7, channels: 1)
      #expect(Array(planes[channel * 63..<channel * 63 + 63]) == alone)
    }
  }

  /// Pillow repeats the edges where this mixes with black or, inside the box, with what was cut off.
  @Test func cropAgreesWithPillow() {
    let crop = AffineMapping.crop(
      left: 0.08, right: 0.03, top: 0.05, bottom: 0.1, width: 9, height: 7)
    let planes = TestPicture.augmented(AugmentationSteps([.geometry(crop)]))
    var compared = 0
    for y in 0..<7 {
      for x in 0..<9 {
        let sourceX = crop.xx * Double(x) + crop.x0
        let sourceY = crop.yy * Double(y) + crop.y0
        guard (0...8).contains(sourceX), (0...6).contains(sourceY) else { continue }
        let place = y * 9 + x
        // Pillow's weights are those of positions rounded to a two-thousandth of a pixel or so.
        #expect(abs(Double(planes[place]) - Numbers.cropped[place]) < 0.2, "\(x), \(y)")
        compared += 1
      }
    }
    #expect(compared >= 54)
  }

  @Test func aFlipExchangesColumnsExactly() {
    let flipped = TestPicture.augmented(
      AugmentationSteps([.geometry(.flip(width: 9))]), channels: 3)
    let plain = TestPicture.augmented(AugmentationSteps([]), channels: 3)
    let expected = (0..<21).flatMap { plain[$0 * 9..<$0 * 9 + 9].reversed() }
    #expect(flipped == expected)
  }

  /// Sampled one after the other and at once: equal on a picture of a linear slope, which bilinear
  /// sampling reproduces, wherever no step has reached beyond the picture.
  @Test func theComposedMappingEqualsItsStepsInTurn() {
    let (width, height) = (64, 48)
    let parts: [AffineMapping] = [
      .flip(width: width),
      .crop(left: 0.06, right: 0.02, top: 0.09, bottom: 0.01, width: width, height: height),
      .affine(
        scaleX: 1.1, scaleY: 0.9, shear: -6, rotation: 17, shiftX: 5.5, shiftY: -3.25,
        width: width, height: height),
    ]
    let whole = parts[0].followed(by: parts[1]).followed(by: parts[2])
    let slope = (0..<width * height).map { UInt8($0 % width * 2 + $0 / width * 2) }
    func pictures(_ samples: [UInt8]) -> (inTurn: [Float], atOnce: [Float]) {
      (
        TestPicture.augmented(
          samples, AugmentationSteps(parts.map { .geometry($0) }), width: width, height: height,
          channels: 1),
        TestPicture.augmented(
          samples, AugmentationSteps([.geometry(whole)]), width: width, height: height, channels: 1)
      )
    }
    let white = pictures([UInt8](repeating: 255, count: slope.count))
    let (inTurn, atOnce) = pictures(slope)
    var compared = 0
    for place in slope.indices where white.inTurn[place] > 254.99 && white.atOnce[place] > 254.99 {
      #expect(abs(inTurn[place] - atOnce[place]) < 0.01)
      compared += 1
    }
    #expect(compared > slope.count / 2)
    #expect(white.inTurn.contains { $0 == 0 })
  }

  @Test func whateverTheMappingNothingIsReadBeyondThePicture() {
    let white = [UInt8](repeating: 255, count: 5 * 3)
    for far in [-1e30, -4000.5, -1, 4, 1e9] {
      let mapping = AffineMapping(xx: 1, xy: 0, x0: far, yx: 0, yy: 1, y0: -far)
      let planes = TestPicture.augmented(
        white, AugmentationSteps([.geometry(mapping)]), width: 5, height: 3, channels: 1)
      #expect(planes.allSatisfy { (0...255).contains($0) })
    }
    let huge = AffineMapping(xx: 1e20, xy: -1e20, x0: 0, yx: 1e20, yy: 1e20, y0: 0)
    let planes = TestPicture.augmented(
      white, AugmentationSteps([.geometry(huge)]), width: 5, height: 3, channels: 1)
    #expect(planes.prefix(5) == [255, 0, 0, 0, 0])
  }
}
