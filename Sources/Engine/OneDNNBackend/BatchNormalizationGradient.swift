import ComputeGraph
import ParameterMemory

/// The backward pass of a 32-bit batch normalisation, with or without ReLU, in blocks of 16 or
/// 8 channels.
///
/// oneDNN sums the gradient over a channel in 32 bits, one by one; where the sum nearly cancels, as
/// after DenseNet's stem, the result has up to five times the error of PyTorch's, which sums in 64
/// bits. Here at most 32 terms are summed in 32 bits.
struct BatchNormalizationGradient: HostAction {
  /// Buffers: data is `[batch, channels, height, width]`, in blocks; statistics are `[channels]`.
  let source: BufferID
  /// What the ReLU let through; `nil` where there is none.
  let rectified: BufferID?
  let outputGradient: BufferID
  let inputGradient: BufferID
  let mean: BufferID
  let variance: BufferID
  let scale: BufferID
  let scaleGradient: BufferID
  let shiftGradient: BufferID

  let batch: Int
  let channels: Int
  let area: Int
  let epsilon: Float
  /// Whether mean and variance are constants, not the batch's.
  let hasFixedStatistics: Bool

  /// Channels of a block, 16 or 8. In blocks of 8, a vector holds two pixels.
  let block: Int

  private typealias Lanes = SIMD16<Float>
  private static let width = Lanes.scalarCount

  /// Where the buffers are.
  private struct Places {
    let source: UnsafePointer<Float>
    let rectified: UnsafePointer<Float>?
    let outputGradient: UnsafePointer<Float>
    let inputGradient: UnsafeMutablePointer<Float>
    let mean: UnsafePointer<Float>
    let variance: UnsafePointer<Float>
    let scale: UnsafePointer<Float>
    let scaleGradient: UnsafeMutablePointer<Float>
    let shiftGradient: UnsafeMutablePointer<Float>
  }

  private var blocks: Int { (channels + block - 1) / block }

  func run(on memory: NetworkMemory, threads: Int) {
    nonisolated(unsafe) let places = Places(
      source: memory[source], rectified: rectified.map { UnsafePointer(memory[$0]) },
      outputGradient: memory[outputGradient], inputGradient: memory[inputGradient],
      mean: memory[mean], variance: memory[variance], scale: memory[scale],
      scaleGradient: memory[scaleGradient], shiftGradient: memory[shiftGradient])
    OpenMPWorkers.run(blocks, threads: threads) { run(block: $0, at: places) }
  }

  /// Computes one block of channels; blocks are independent of each other.
  private func run(block number: Int, at places: Places) {
    let first = number * block
    let count = min(block, channels - first)
    // Channels that only pad the block have mean and factors 0, so their gradients stay 0.
    var (mean, inverse, scale) = (Lanes(), Lanes(), Lanes())
    for lane in 0..<Self.width where lane % block < count {
      let channel = first + lane % block
      mean[lane] = places.mean[channel]
      inverse[lane] = 1 / (places.variance[channel] + epsilon).squareRoot()
      scale[lane] = places.scale[channel]
    }
    var (sum, product) = (SIMD16<Double>(), SIMD16<Double>())
    eachPlane(number) { offset in
      add(places, from: offset, mean: mean, to: &sum, and: &product)
    }
    if block < Self.width {
      sum = Self.folded(sum)
      product = Self.folded(product)
    }
    let pixels = Double(batch * area)
    let wide = SIMD16<Double>(inverse)
    for lane in 0..<count {
      places.scaleGradient[first + lane] = Float(product[lane] * wide[lane])
      places.shiftGradient[first + lane] = Float(sum[lane])
    }
    let center = hasFixedStatistics ? Lanes() : Lanes(sum / pixels)
    let slope = hasFixedStatistics ? Lanes() : Lanes(product * wide * wide / pixels)
    eachPlane(number) { offset in
      write(
        places, from: offset, mean: mean, factor: scale * inverse, center: center, slope: slope)
    }
  }

  /// Both halves hold what the two together come to.
  private static func folded(_ sums: SIMD16<Double>) -> SIMD16<Double> {
    let both = sums.lowHalf + sums.highHalf
    return SIMD16(lowHalf: both, highHalf: both)
  }

  private func eachPlane(_ number: Int, _ body: (Int) -> Void) {
    for sample in 0..<batch { body((sample * blocks + number) * area * block) }
  }

  /// A vector of a plane that ends at `end`: the last one may be half a vector, followed by zeros.
  @inline(__always)
  private func load(_ base: UnsafePointer<Float>, _ place: Int, _ end: Int) -> Lanes {
    let start = UnsafeRawPointer(base + place)
    if place + Self.width <= end { return start.loadUnaligned(as: Lanes.self) }
    return Lanes(lowHalf: start.loadUnaligned(as: SIMD8<Float>.self), highHalf: SIMD8())
  }

  /// The gradient of the ReLU's input.
  @inline(__always)
  private func gradient(_ places: Places, _ place: Int, _ end: Int) -> Lanes {
    let gradient = load(places.outputGradient, place, end)
    guard let rectified = places.rectified else { return gradient }
    return gradient.replacing(with: 0, where: load(rectified, place, end) .<= 0)
  }

  @inline(never)
  private func add(
    _ places: Places, from offset: Int, mean: Lanes, to sum: inout SIMD16<Double>,
    and product: inout SIMD16<Double>
  ) {
    var place = offset
    let end = offset + area * block
    while place < end {
      let stop = min(place + 32 * Self.width, end)
      var (part, productPart) = (Lanes(), Lanes())
      while place < stop {
        let gradient = gradient(places, place, end)
        part += gradient
        productPart += gradient * (load(places.source, place, end) - mean)
        place += Self.width
      }
      sum += SIMD16<Double>(part)
      product += SIMD16<Double>(productPart)
    }
  }

  @inline(never)
  private func write(
    _ places: Places, from offset: Int, mean: Lanes, factor: Lanes, center: Lanes, slope: Lanes
  ) {
    let end = offset + area * block
    for place in stride(from: offset, to: end, by: Self.width) {
      let deviation = load(places.source, place, end) - mean
      let result = factor * (gradient(places, place, end) - center - deviation * slope)
      let target = UnsafeMutableRawPointer(places.inputGradient + place)
      if place + Self.width <= end {
        target.storeBytes(of: result, as: Lanes.self)
      } else {
        target.storeBytes(of: result.lowHalf, as: SIMD8<Float>.self)
      }
    }
  }
}

extension OneDNNLowering {
  /// - Returns: whether the layout allowed it.
  func exactBatchNormalizationBackward(
    _ gradient: BatchNormalizationGradient, layout: Descriptor, dims: [Int]
  ) throws -> Bool {
    guard precision == .f32, try layout == Descriptor(dims, .f32, .blocked) else { return false }
    emit(
      "batch normalization backward", gradient,
      touching: [
        gradient.source, gradient.outputGradient, gradient.inputGradient, gradient.mean,
        gradient.variance,
      ] + (gradient.rectified.map { [$0] } ?? []))
    return true
  }
}
