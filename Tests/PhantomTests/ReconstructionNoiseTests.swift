import Testing

@testable import Phantom

@Suite struct ReconstructionNoiseTests {
  @Test func hasTheAskedDeviationAndNoSlowWaves() {
    let size = 128
    var image = [Float](repeating: 0, count: size * size)
    image.withUnsafeMutableBufferPointer { image in
      guard let base = image.baseAddress else { return }
      ReconstructionNoise(size: size).add(to: base, deviation: 4, key: 0x1234_5678_9ABC_DEF0)
    }
    let count = Float(image.count)
    let mean = image.reduce(0, +) / count
    let variance = image.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    #expect(abs(mean) < 0.05)
    #expect(abs(variance.squareRoot() - 4) < 0.25)
    // Neighbours are alike; pixels ten apart are not.
    func correlation(_ lag: Int) -> Float {
      var sum: Float = 0
      for y in 0..<size {
        for x in 0..<size - lag { sum += image[y * size + x] * image[y * size + x + lag] }
      }
      return sum / (Float(size * (size - lag)) * variance)
    }
    // numpy: binomial 3x3 less mean 9x9, autocorrelation at lag 1 over lag 0.
    #expect(abs(correlation(1) - 0.624) < 0.05)
    #expect(abs(correlation(10)) < 0.06)
  }

  @Test func waveIsASine() {
    // Python: [math.sin(2 * math.pi * t) for t in (0.1, 0.25, 0.6, -3.3, 17.75)]
    let expected: [(Float, Float)] = [
      (0.1, 0.587785), (0.25, 1), (0.6, -0.587785), (-3.3, -0.951057), (17.75, -1),
    ]
    for (turns, sine) in expected { #expect(abs(wave(turns) - sine) < 0.0015) }
  }

  @Test func ellipsoidAndTubeDistances() {
    let ball = Ellipsoid(1, 2, 3, 5, 5, 5)
    #expect(abs(ball.distance(1, 2, 11) - 3) < 1e-3)
    #expect(abs(ball.distance(1, 5, 3) + 2) < 1e-3)
    let tube = Tube([0, 0, 0], [10, 0, 0], 2, 4)
    #expect(abs(tube.distance(5, 0, 7) - 4) < 1e-4)
    #expect(abs(tube.distance(-3, 4, 0) - 3) < 1e-4)
  }
}
