/// The inner loops for whole numbers of 16 bits, twice as many of which fit a vector.
extension AreaKernels {
  /// sums[x] = the sum of weight times clipped value over rows of stored values.
  ///
  /// - Parameters:
  ///   - weights: one per row, at least one; their sum times the range's width is below 2^16.
  static func sumRows(
    _ image: UnsafeBufferPointer<Int16>, length: Int, _ range: Window.StoredRange,
    _ weights: UnsafeBufferPointer<UInt16>, into sums: UnsafeMutableBufferPointer<UInt16>
  ) {
    precondition(
      image.count >= weights.count * length && sums.count >= length && !weights.isEmpty,
      "the rows lie in the image and their sum in the buffer")
    guard let source = image.baseAddress, let sum = sums.baseAddress else { return }
    let first = weights[0]
    guard weights.count > 1 else {
      for x in 0..<length { sum[x] = first &* range.clipped(source[x]) }
      return
    }
    let (next, second) = (source + length, weights[1])
    for x in 0..<length {
      sum[x] = first &* range.clipped(source[x]) &+ second &* range.clipped(next[x])
    }
    var row = 2
    while row + 1 < weights.count {
      let (upper, lower) = (source + row * length, source + (row + 1) * length)
      let (above, below) = (weights[row], weights[row + 1])
      for x in 0..<length {
        sum[x] &+= above &* range.clipped(upper[x]) &+ below &* range.clipped(lower[x])
      }
      row += 2
    }
    if row < weights.count {
      let (last, weight) = (source + row * length, weights[row])
      for x in 0..<length { sum[x] &+= weight &* range.clipped(last[x]) }
    }
  }

  /// averages[o] = the sum of weight times value under output pixel o.
  ///
  /// - Precondition: `weights.taps` is 4; values and weights are below 2^15; `line` is longer than the
  ///   weights' input by their taps.
  static func average(
    _ line: UnsafeBufferPointer<UInt16>, _ weights: AreaWeights,
    into averages: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      weights.taps == 4 && line.count >= weights.input + 4 && averages.count >= weights.output,
      "the row has room for the taps past its end")
    weights.wholeWeights.withUnsafeBytes { bytes in
      weights.first.withUnsafeBufferPointer { first in
        guard let values = line.baseAddress, let factors = bytes.baseAddress,
          let first = first.baseAddress, let target = averages.baseAddress
        else { return }
        @inline(__always) func taps(_ output: Int) -> SIMD4<Int16> {
          UnsafeRawPointer(values + first[output]).loadUnaligned(as: SIMD4<Int16>.self)
        }
        // Adds products of neighbours, for which processors have one instruction.
        @inline(__always) func products(_ output: Int) -> SIMD4<Int32> {
          let pair = SIMD8(lowHalf: taps(output), highHalf: taps(output &+ 1))
          let weight = factors.loadUnaligned(
            fromByteOffset: output &* 8, as: SIMD8<Int16>.self)
          let product =
            SIMD8<Int32>(truncatingIfNeeded: pair) &* SIMD8<Int32>(truncatingIfNeeded: weight)
          return product.evenHalf &+ product.oddHalf
        }
        let whole = weights.output & ~3
        var output = 0
        while output < whole {
          let both = SIMD8(lowHalf: products(output), highHalf: products(output &+ 2))
          UnsafeMutableRawPointer(target + output).storeBytes(
            of: SIMD4<Float>(both.evenHalf &+ both.oddHalf), as: SIMD4<Float>.self)
          output &+= 4
        }
        while output < weights.output {
          let sum =
            SIMD4<Int32>(truncatingIfNeeded: taps(output))
            &* SIMD4<Int32>(
              truncatingIfNeeded: factors.loadUnaligned(
                fromByteOffset: output &* 8, as: SIMD4<Int16>.self))
          target[output] = Float(sum.wrappedSum())
          output &+= 1
        }
      }
    }
  }
}
