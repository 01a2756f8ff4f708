import ComputeGraph
import ParameterMemory

/// The backward pass of a 32-bit batch normalisation, with or without ReLU, in blocks of 16 channels.
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

  private typealias Lanes = SIMD16<Float>
  private static let block = 16

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

  private var blocks: Int { (channels + Self.block - 1) / Self.block }

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
    let first = number * Self.block
    let lanes = min(Self.block, channels - first)
    // Channels that only pad the block have mean and factors 0, so their gradients stay 0.
    var (mean, inverse, scale) = (Lanes(), Lanes(), Lanes())
    for lane in 0..<lanes {
      mean[lane] = places.mean[first + lane]
      inverse[lane] = 1 / (places.variance[first + lane] + epsilon).squareRoot()
      scale[lane] = places.scale[first + lane]
    }
    var (sum, product) = (SIMD16<Double>(), SIMD16<Double>())
    eachPlane(number) { offset in
      add(places, from: offset, mean: mean, to: &sum, and: &product)
    }
    let count = Double(batch * area)
    let wide = SIMD16<Double>(inverse)
    for lane in 0..<lanes {
      places.scaleGradient[first + lane] = Float(product[lane] * wide[lane])
      places.shiftGradient[first + lane] = Float(sum[lane])
    }
    let centre = Lanes(sum / count)
    let slope = Lanes(product * wide * wide / count)
    eachPlane(number) { offset in
      write(
        places, from: offset, mean: mean, factor: scale * inverse, centre: centre, slope: slope)
    }
  }

  private func eachPlane(_ number: Int, _ body: (Int) -> Void) {
    for sample in 0..<batch { body((sample * blocks + number) * area * Self.block) }
  }

  @inline(__always)
  private func load(_ base: UnsafePointer<Float>, _ place: Int) -> Lanes {
    UnsafeRawPointer(base + place).loadUnaligned(as: Lanes.self)
  }

  /// The gradient of the ReLU's input.
  @inline(__always)
  private func gradient(_ places: Places, _ place: Int) -> Lanes {
    let gradient = load(places.outputGradient, place)
    guard let rectified = places.rectified else { return gradient }
    return gradient.replacing(with: 0, where: load(rectified, place) .<= 0)
  }

  @inline(never)
  private func add(
    _ places: Places, from offset: Int, mean: Lanes, to sum: inout SIMD16<Double>,
    and product: inout SIMD16<Double>
  ) {
    var place = offset
    let end = offset + area * Self.block
    while place < end {
      let stop = min(place + 32 * Self.block, end)
      var (part, productPart) = (Lanes(), Lanes())
      while place < stop {
        let gradient = gradient(places, place)
        part += gradient
        productPart += gradient * (load(places.source, place) - mean)
        place += Self.block
      }
      sum += SIMD16<Double>(part)
      product += SIMD16<Double>(productPart)
    }
  }

  @inline(never)
  private func write(
    _ places: Places, from offset: Int, mean: Lanes, factor: Lanes, centre: Lanes, slope: Lanes
  ) {
    for place in stride(from: offset, to: offset + area * Self.block, by: Self.block) {
      let deviation = load(places.source, place) - mean
      let result = factor * (gradient(places, place) - centre - deviation * slope)
      UnsafeMutableRawPointer(places.inputGradient + place).storeBytes(
        of: result, as: Lanes.self)
    }
  }
}

extension OneDNNLowering {
  /// - Returns: whether the layout allowed it.
  func exactBatchNormalizationBackward(
    _ gradient: BatchNormalizationGradient, layout: Descriptor, dims: [Int]
  ) throws -> Bool {
    guard precision == .f32, try layout == Descriptor(dims, .f32, .blocked16) else { return false }
    emit(
      "batch normalization backward", gradient,
      touching: [
        gradient.source, gradient.outputGradient, gradient.inputGradient, gradient.mean,
        gradient.variance,
      ] + (gradient.rectified.map { [$0] } ?? []))
    return true
  }
}
