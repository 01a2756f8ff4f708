import Diagnostics
import Foundation
import Testing

@testable import PipelineConfiguration

@Suite struct AugmentParametersTests {
  private func parse(_ yaml: String) throws -> AugmentParameters {
    let origin = { (line: Int?) in
      ConfigurationNode.Origin(
        place: "augment.yaml:\(line ?? 0)", folder: URL(fileURLWithPath: "/"))
    }
    let node = try #require(try ConfigurationNode.parse(yaml, origin: origin))
    return try AugmentParameters(
      ConfigurationSection(
        node, key: "augment", known: AugmentParameters.CodingKeys.allCases.map(\.stringValue)))
  }

  @Test func everythingIsOffByDefault() throws {
    #expect(try parse("flip: false") == AugmentParameters())
    #expect(try parse("crop: null\nblur: 0") == AugmentParameters())
    #expect(!AugmentParameters().variesWindows)
  }

  @Test func aNumberBoundsARange() throws {
    let read = try parse(
      """
      flip: true
      crop: 0.1
      blur: 0.5
      blur_gaussian: 1
      blur_average: 5
      blur_median: 3
      noise: 0.05
      contrast: 0.5
      brightness: 0.25
      scale: 0.125
      shift: 0.2
      rotation: 25
      shear: 8
      window_center: 5
      window_width: 0.5
      """)
    var expected = AugmentParameters()
    expected.flip = true
    expected.crop = 0...0.1
    expected.blur = 0.5
    expected.blurGaussian = 0...1
    expected.blurAverage = 2...5
    expected.blurMedian = 3...3
    expected.noise = 0...0.05
    expected.contrast = 0.5...1.5
    expected.brightness = 0.75...1.25
    expected.scale = 0.875...1.125
    expected.shift = -0.2...0.2
    expected.rotation = -25...25
    expected.shear = -8...8
    expected.windowCenter = -5...5
    expected.windowWidth = 0.5...1.5
    #expect(read == expected)
    #expect(read.variesWindows)
  }

  @Test func twoNumbersAreARange() throws {
    let read = try parse("contrast: [0.75, 1.5]\nrotation: [-5, 25]\nblur_average: [3, 7]")
    #expect(read.contrast == 0.75...1.5)
    #expect(read.rotation == -5...25)
    #expect(read.blurAverage == 3...7)
    let copy = try JSONDecoder().decode(
      AugmentParameters.self, from: JSONEncoder().encode(read))
    #expect(copy == read)
  }

  @Test(arguments: [
    ("contrast: [1.5, 0.75]", "range-reversed"), ("shift: -0.1", "range-reversed"),
    ("crop: 0.6", "value-out-of-range"), ("scale: [0, 1]", "value-out-of-range"),
    ("scale: 0.95", "value-out-of-range"), ("rotation: [0, 200]", "value-out-of-range"),
    ("blur_average: [1, 3]", "value-out-of-range"), ("blur_median: [4, 4]", "value-out-of-range"),
    ("blur_median: 7", "value-out-of-range"), ("blur: 2", "value-out-of-range"),
    ("blur: 0.5", "blur-kind-missing"), ("noise: [0, 0.1, 0.2]", "type-wrong"),
    ("noise: [0]", "type-wrong"), ("noise: much", "type-wrong"), ("flip: 0.5", "type-wrong"),
    ("blur_average: [2, 3.5]", "type-wrong"), ("shear: {from: 1}", "type-wrong"),
    ("mirror: true", "key-unknown"),
  ])
  func whatCannotBeMeantIsRefused(yaml: String, code: String) {
    let error = #expect(throws: IchorError.self) { try parse(yaml) }
    #expect(error?.code == code)
    #expect(error?.location?.contains("augment.yaml:1") == true)
    #expect(error?.kind == .configuration)
  }
}
