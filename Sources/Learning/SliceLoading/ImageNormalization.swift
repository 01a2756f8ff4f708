/// Maps 8-bit samples to network input: (sample / 255 - mean) / deviation, channel by channel.
package struct ImageNormalization: Sendable, Equatable {
  /// In units of the full range, one per channel.
  package let mean: [Float]
  package let deviation: [Float]
  /// The mapped value of every sample, [channels, 256]: exact, and as fast as arithmetic.
  let table: [Float]

  /// - Precondition: as many means as deviations, 1 to 3; all finite, deviations above 0.
  package init(mean: [Float], deviation: [Float]) {
    precondition(
      mean.count == deviation.count && (1...3).contains(mean.count),
      "a mean and a deviation for each of 1 to 3 channels")
    precondition(
      mean.allSatisfy(\.isFinite) && deviation.allSatisfy { $0.isFinite && $0 > 0 },
      "means are finite and deviations are above 0")
    self.mean = mean
    self.deviation = deviation
    table = zip(mean, deviation).flatMap { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }

  package var channels: Int { mean.count }

  /// The same mapping of levels between whole ones: `level * gain + offset`.
  var gain: [Float] { deviation.map { 1 / (255 * $0) } }
  var offset: [Float] { zip(mean, deviation).map { -$0 / $1 } }

  /// Separates the first `channels` of the `stride` interleaved samples per pixel into planes.
  ///
  /// - Parameters:
  ///   - pixels: height * width * stride samples.
  ///   - planes: channels * height * width values, [C, H, W].
  func apply(
    to pixels: UnsafeRawBufferPointer, stride: Int, height: Int, width: Int,
    into planes: UnsafeMutableBufferPointer<Float>
  ) {
    let area = height * width
    precondition(
      stride >= channels && pixels.count >= area * stride && planes.count >= area * channels,
      "pixels and planes hold the image")
    guard let source = pixels.baseAddress, let target = planes.baseAddress else { return }
    let samples = source.assumingMemoryBound(to: UInt8.self)
    table.withUnsafeBufferPointer { table in
      guard let table = table.baseAddress else { return }
      for channel in 0..<channels {
        let values = table + channel * 256
        for row in 0..<height {
          let from = samples + row * width * stride + channel
          let to = target + channel * area + row * width
          for column in 0..<width { to[column] = values[Int(from[column * stride])] }
        }
      }
    }
  }
}
