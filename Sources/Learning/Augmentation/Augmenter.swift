import CTImaging

/// Carries out augmentation steps on pictures of one extent; one thread's working memory.
///
/// Levels are float32 from loading to storing: only the median rounds, and every step clips to
/// 0...255.
package final class Augmenter {
  package let width: Int
  package let height: Int
  package let channels: Int
  private var picture: PictureBuffer
  private var other: PictureBuffer
  private let sampling: BilinearSampling
  private let filter: SeparableFilter
  private lazy var median = MedianFilter(width: width, height: height, channels: channels)

  /// Positions of a picture's values, border included, stay below 2^23, which 32-bit floats count to.
  package static let sides = 1...1600

  /// - Precondition: the sides are among `sides`; 1 to 3 channels.
  package init(width: Int, height: Int, channels: Int) {
    precondition(
      Self.sides.contains(width) && Self.sides.contains(height) && (1...3).contains(channels),
      "an augmented picture has sides of \(Self.sides) pixels and 1 to 3 channels")
    self.width = width
    self.height = height
    self.channels = channels
    picture = PictureBuffer(width: width, height: height, channels: channels)
    other = PictureBuffer(width: width, height: height, channels: channels)
    sampling = BilinearSampling(width: width)
    filter = SeparableFilter(rowCount: width * channels)
  }

  /// Takes the first `channels` of every `stride` interleaved 8-bit samples as the picture.
  ///
  /// - Parameter samples: height * width * stride of them.
  package func load(_ samples: UnsafeBufferPointer<UInt8>, stride: Int) {
    precondition(
      stride >= channels && samples.count >= height * width * stride, "the samples fill the picture"
    )
    guard let samples = samples.baseAddress else { return }
    for y in 0..<height {
      let (from, to) = (samples + y * width * stride, picture.row(y))
      if stride == channels {
        for place in 0..<width * channels { to[place] = Float(from[place]) }
      } else {
        for x in 0..<width {
          for channel in 0..<channels {
            to[x * channels + channel] = Float(from[x * stride + channel])
          }
        }
      }
    }
  }

  /// Makes the picture from samples in Hounsfield units; each channel shows a window.
  ///
  /// - Parameters:
  ///   - samples: height * width of them.
  ///   - windows: one per channel.
  package func load(hounsfield samples: UnsafeBufferPointer<UInt16>, windows: [Window]) {
    precondition(
      windows.count == channels && samples.count >= height * width,
      "the samples fill the picture, and each channel has its window")
    for (channel, window) in windows.enumerated() {
      for y in 0..<height {
        window.writeLevels(
          of: UnsafeBufferPointer(rebasing: samples[y * width..<(y + 1) * width]),
          into: picture.row(y) + channel, stride: channels)
      }
    }
  }

  /// Carries out the steps in their order.
  package func apply(_ steps: AugmentationSteps) {
    for step in steps.steps {
      switch step {
      case .geometry(let mapping):
        if mapping == .identity { continue }
        sampling.apply(mapping, from: picture, into: other)
        swap(&picture, &other)
      case .gaussianBlur(let deviation):
        blur(SeparableFilter.gaussian(deviation: deviation))
      case .averageBlur(let size):
        blur(SeparableFilter.average(size: size))
      case .medianBlur(let size):
        median.apply(size: size, to: picture)
      case .noise(let deviation, let key):
        NormalNoise.apply(deviation: Float(deviation), key: key, to: picture)
      case .contrast(let factor):
        ToneCurve.apply(gain: Float(factor), offset: 128 - 128 * Float(factor), to: picture)
      case .brightness(let factor):
        ToneCurve.apply(gain: Float(factor), offset: 0, to: picture)
      }
    }
  }

  private func blur(_ weights: [Float]) {
    if weights.count == 1 { return }
    filter.apply(weights, from: picture, into: other)
    swap(&picture, &other)
  }

  /// Writes the picture as planes, [C, H, W]: `level * gain[channel] + offset[channel]`.
  package func store(
    gain: [Float], offset: [Float], into planes: UnsafeMutableBufferPointer<Float>
  ) {
    let area = height * width
    precondition(
      gain.count == channels && offset.count == channels && planes.count >= area * channels,
      "the planes hold the picture")
    guard let planes = planes.baseAddress else { return }
    for y in 0..<height {
      let (from, to) = (UnsafePointer(picture.row(y)), planes + y * width)
      // Three channels, the usual number, are separated four pixels at a time.
      let together = channels == 3 ? width & ~3 : 0
      if together > 0 { Self.split(from, together, gain, offset, into: to, area) }
      for channel in 0..<channels {
        let (plane, gain, offset) = (to + channel * area, gain[channel], offset[channel])
        for x in together..<width { plane[x] = from[x * channels + channel] * gain + offset }
      }
    }
  }

  /// Separates the channels of `count` pixels of three channels; `count` is a multiple of four.
  private static func split(
    _ pixels: UnsafePointer<Float>, _ count: Int, _ gain: [Float], _ offset: [Float],
    into planes: UnsafeMutablePointer<Float>, _ area: Int
  ) {
    typealias Lanes = SIMD4<Float>
    let gains = (Lanes(repeating: gain[0]), Lanes(repeating: gain[1]), Lanes(repeating: gain[2]))
    let offsets = (
      Lanes(repeating: offset[0]), Lanes(repeating: offset[1]), Lanes(repeating: offset[2])
    )
    for x in stride(from: 0, to: count, by: 4) {
      let source = UnsafeRawPointer(pixels + 3 * x)
      let a = source.loadUnaligned(as: Lanes.self)
      let b = (source + 16).loadUnaligned(as: Lanes.self)
      let c = (source + 32).loadUnaligned(as: Lanes.self)
      let first = Lanes(a[0], a[3], b[2], c[1]) * gains.0 + offsets.0
      let second = Lanes(a[1], b[0], b[3], c[2]) * gains.1 + offsets.1
      let third = Lanes(a[2], b[1], c[0], c[3]) * gains.2 + offsets.2
      UnsafeMutableRawPointer(planes + x).storeBytes(of: first, as: Lanes.self)
      UnsafeMutableRawPointer(planes + area + x).storeBytes(of: second, as: Lanes.self)
      UnsafeMutableRawPointer(planes + 2 * area + x).storeBytes(of: third, as: Lanes.self)
    }
  }
}
