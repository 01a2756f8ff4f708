/// The inner loops of `WindowedRaster`, one slice row or image at a time.
enum AreaKernels {
  /// sums[x] += weight * clipped(line[x]).
  static func add(
    _ line: UnsafeBufferPointer<Float>, _ window: Window, _ weight: Float,
    to sums: UnsafeMutableBufferPointer<Float>
  ) {
    guard let source = line.baseAddress, let sum = sums.baseAddress else { return }
    for x in 0..<min(line.count, sums.count) { sum[x] += weight * window.clipped(source[x]) }
  }

  /// averages[o] = the sum of weight times value under output pixel o.
  ///
  /// - Precondition: `line` is longer than the weights' input by their taps.
  static func average(
    _ line: UnsafeBufferPointer<Float>, _ weights: AreaWeights,
    into averages: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      line.count >= weights.input + weights.taps && averages.count >= weights.output,
      "the row has room for the taps behind its end")
    weights.weights.withUnsafeBytes { bytes in
      weights.first.withUnsafeBufferPointer { first in
        guard let values = line.baseAddress, let factors = bytes.baseAddress else { return }
        let groups = weights.taps / 4
        for output in 0..<weights.output {
          let begin = UnsafeRawPointer(values + first[output])
          var sum = SIMD4<Float>.zero
          for group in 0..<groups {
            let value = begin.loadUnaligned(fromByteOffset: group * 16, as: SIMD4<Float>.self)
            let factor = factors.loadUnaligned(
              fromByteOffset: (output * groups + group) * 16, as: SIMD4<Float>.self)
            sum += value * factor
          }
          averages[output] = (sum.x + sum.y) + (sum.z + sum.w)
        }
      }
    }
  }

  /// pixels[channel + i * channels] = scale * sums[i], rounded half up.
  static func quantize(
    _ sums: UnsafeBufferPointer<Float>, _ scale: Double,
    into pixels: UnsafeMutableBufferPointer<UInt8>, from channel: Int, by channels: Int
  ) {
    precondition(pixels.count >= sums.count * channels, "the image has a pixel for every sum")
    guard let source = sums.baseAddress, let target = pixels.baseAddress else { return }
    // Adding 2^52 leaves the rounded number in the low bits: conversion without a branch. It rounds
    // half to even; the 1e-9 makes that half up and also absorbs the rounding of `scale`.
    for index in 0..<sums.count {
      let level = Double(source[index]) * scale + 1e-9 + 0x1p52
      target[index * channels + channel] = UInt8(truncatingIfNeeded: level.bitPattern)
    }
  }
}
