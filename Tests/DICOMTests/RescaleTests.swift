import Testing

@testable import DICOM

@Suite struct RescaleTests {
  /// The definition: float32(float64(stored) * slope + intercept); the whole-number way must agree.
  @Test(arguments: [
    (1.0, -1024.0), (1, 0), (1, -1024.5), (2, -1000), (0.488281, -1024), (1, 4_194_304),
    (1, 3e9), (1, -2_147_483_648), (-1, 10),
  ])
  func rescaleIsRoundedOnce(slope: Double, intercept: Double) {
    let rescale = Rescale(slope: slope, intercept: 0).withIntercept(intercept)
    func expected(_ stored: [some BinaryInteger]) -> [Float] {
      stored.map { Float(Double($0) * slope + intercept) }
    }
    func written<Stored>(
      _ stored: [Stored],
      _ write: (UnsafeBufferPointer<Stored>, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [Float] {
      var values = [Float](repeating: .nan, count: stored.count)
      stored.withUnsafeBufferPointer { stored in
        values.withUnsafeMutableBufferPointer { write(stored, $0) }
      }
      return values
    }
    let wide: [Int32] = [
      0, 1, -1, 4095, -2000, 65535, 4_194_303, -4_194_304, 4_194_304, 16_777_217, .max, .min,
    ]
    for values in [wide, Array(wide.prefix(6))] {
      #expect(written(values) { rescale.write($0, into: $1) } == expected(values))
    }
    let narrow: [Int16] = [0, 1, -1, 4095, -2000, .max, .min]
    #expect(written(narrow) { rescale.write($0, into: $1) } == expected(narrow))
  }
}
