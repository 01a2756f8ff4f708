/// The inner loops of `WindowedRaster`, one slice row or image at a time.
enum AreaKernels {
  /// sums[x] = the sum of weight times clipped value over `lines` rows of an image.
  ///
  /// - Parameters:
  ///   - image: begins with the first of the rows; each is `length` long.
  ///   - weights: one per row, at least one.
  static func sumRows(
    _ image: UnsafeBufferPointer<Float>, length: Int, _ range: Window.HounsfieldRange,
    _ weights: UnsafeBufferPointer<Float>, into sums: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      image.count >= weights.count * length && sums.count >= length && !weights.isEmpty,
      "the rows lie in the image and their sum in the buffer")
    guard let source = image.baseAddress, let sum = sums.baseAddress else { return }
    let first = weights[0]
    for x in 0..<length { sum[x] = first * range.clipped(source[x]) }
    // Two rows at a time, for half the traffic to the sums.
    var row = 1
    while row + 1 < weights.count {
      let (upper, lower) = (source + row * length, source + (row + 1) * length)
      let (above, below) = (weights[row], weights[row + 1])
      for x in 0..<length {
        sum[x] += above * range.clipped(upper[x]) + below * range.clipped(lower[x])
      }
      row += 2
    }
    if row < weights.count {
      let (last, weight) = (source + row * length, weights[row])
      for x in 0..<length { sum[x] += weight * range.clipped(last[x]) }
    }
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
      "the row has room for the taps past its end")
    weights.weights.withUnsafeBytes { bytes in
      weights.first.withUnsafeBufferPointer { first in
        guard let values = line.baseAddress, let factors = bytes.baseAddress else { return }
        let groups = weights.taps / 4
        @inline(__always) func product(_ output: Int, _ group: Int) -> SIMD4<Float> {
          UnsafeRawPointer(values + first[output])
            .loadUnaligned(fromByteOffset: group &* 16, as: SIMD4<Float>.self)
            * factors.loadUnaligned(
              fromByteOffset: (output &* groups &+ group) &* 16, as: SIMD4<Float>.self)
        }
        @inline(__always) func products(_ output: Int) -> SIMD4<Float> {
          var sum = product(output, 0)
          if groups > 1 { for group in 1..<groups { sum += product(output, group) } }
          return sum
        }
        var output = 0
        while output + 4 <= weights.output {
          // Four sums at once: neighbours are added twice.
          let front = pairs(products(output), products(output + 1))
          let sums = pairs(front, pairs(products(output + 2), products(output + 3)))
          for lane in 0..<4 { averages[output + lane] = sums[lane] }
          output += 4
        }
        while output < weights.output {
          let sum = products(output)
          averages[output] = (sum.x + sum.y) + (sum.z + sum.w)
          output += 1
        }
      }
    }
  }

  @inline(__always)
  private static func pairs(_ first: SIMD4<Float>, _ second: SIMD4<Float>) -> SIMD4<Float> {
    let both = SIMD8(lowHalf: first, highHalf: second)
    return both.evenHalf + both.oddHalf
  }

  /// coarse[x, y] = the sum of the block of `factor` by `factor` sums under it.
  static func addBlocks(
    _ fine: UnsafeBufferPointer<Float>, factor: Int,
    into coarse: UnsafeMutableBufferPointer<Float>, size: Int
  ) {
    let wide = size * factor
    precondition(
      fine.count >= wide * wide && coarse.count >= size * size, "every block lies in the image")
    guard let source = fine.baseAddress, let target = coarse.baseAddress else { return }
    for y in 0..<size {
      let block = source + y * factor * wide
      let line = target + y * size
      if factor == 2 {
        let below = block + wide
        for x in 0..<size {
          line[x] = (block[2 &* x] + block[2 &* x &+ 1]) + (below[2 &* x] + below[2 &* x &+ 1])
        }
        continue
      }
      for x in 0..<size {
        var sum: Float = 0
        for v in 0..<factor {
          for u in 0..<factor { sum += block[v &* wide &+ x &* factor &+ u] }
        }
        line[x] = sum
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

  /// samples[i] = scale * sums[i], rounded half up, two bytes each.
  static func quantize(
    _ sums: UnsafeBufferPointer<Float>, _ scale: Double,
    into samples: UnsafeMutableRawBufferPointer
  ) {
    precondition(samples.count >= sums.count * 2, "the image has a sample for every sum")
    guard let source = sums.baseAddress, let target = samples.baseAddress else { return }
    for index in 0..<sums.count {
      let level = Double(source[index]) * scale + 1e-9 + 0x1p52
      target.storeBytes(
        of: UInt16(truncatingIfNeeded: level.bitPattern), toByteOffset: index * 2, as: UInt16.self)
    }
  }
}
