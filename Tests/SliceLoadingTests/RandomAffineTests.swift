import Testing

@testable import SliceLoading

@Suite struct RandomAffineTests {
  // scipy.ndimage.affine_transform(image, matrix, offset, order=1) on the image below, where
  // (x, y) = [[0.9, 0.25], [-0.2, 1.05]] (x', y') + (0.6, 1.3); 0 where the source lies outside.
  private static let expected: [Double] = [
    133.3, 151.2, 169.1, 187, 179.3, 146, 215.1, 0, 0, 147.24, 202.9, 101.12, 85.1, 102.36,
    56.9, 74.8, 92.7, 0, 57.5, 75.4, 93.3, 111.2, 129.1, 147, 164.9, 182.8, 0, 147.6, 165.5,
    181.48, 201.3, 219.2, 139.18, 191, 102.02, 0, 160.9, 178.8, 155.74, 61, 114.74, 71.2,
    89.1, 107, 0, 0, 0, 0, 125.5, 143.4, 161.3, 156.8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  @Test func warpAgreesWithSciPy() {
    let (width, height) = (9, 7)
    let image = (0..<width * height).map { UInt8(($0 * 37 + 11) % 256) }
    var result = [UInt8](repeating: 1, count: image.count)
    let mapping = RandomAffine.Mapping(matrix: [0.9, 0.25, -0.2, 1.05], offset: [0.6, 1.3])
    image.withUnsafeBufferPointer { from in
      result.withUnsafeMutableBufferPointer { into in
        guard let source = from.baseAddress, let target = into.baseAddress else { return }
        BilinearWarp.apply(
          mapping, from: source, into: target, width: width, height: height, channels: 1)
      }
    }
    // Weights carry 8 bits: half a level of rounding, and up to 2 x 255 / 256 of the weights'.
    for (index, value) in Self.expected.enumerated() {
      #expect(abs(Double(result[index]) - value) <= 2.5, "pixel \(index)")
    }
    #expect(Self.expected.filter { $0 > 0 }.count > 25)
  }

  @Test func drawsStayInTheirRanges() {
    let affine = RandomAffine(rotation: 15, scale: 0.1, shift: 0.1, seed: 4)
    var seen: Set<Double> = []
    for sample in 0..<200 {
      let mapping = affine.mapping(epoch: 1, step: 2, sample: sample, width: 112, height: 112)
      let matrix = mapping.matrix
      // A rotation by at most 15 degrees times a factor of 1 / 1.1 to 1 / 0.9.
      let factor = (matrix[0] * matrix[3] - matrix[1] * matrix[2]).squareRoot()
      #expect(factor >= 1 / 1.1 - 1e-12 && factor <= 1 / 0.9 + 1e-12)
      #expect(matrix[0] / factor >= 0.96592582628 && abs(matrix[1] / factor) <= 0.2588190452)
      // The centre moves by at most a tenth of the edge, as seen in the source.
      let centre = matrix[0] * 55.5 + matrix[1] * 55.5 + mapping.offset[0]
      #expect(abs(centre - 55.5) <= factor * 11.2 * 2.0.squareRoot())
      seen.insert(matrix[0])
    }
    #expect(seen.count > 190)
  }
}
