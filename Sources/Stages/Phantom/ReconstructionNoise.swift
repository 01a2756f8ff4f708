/// Noise with the grain of a reconstructed CT: neighbouring pixels alike, no slow waves.
///
/// White noise from a keyed hash of the pixel's index, passed through a binomial 3 x 3 kernel less
/// a 9 x 9 mean: a band-pass such as filtered back-projection leaves.
final class ReconstructionNoise {
  private let size: Int
  private let padded: Int
  private var white: [Float]
  private var smooth: [Float]
  private var wide: [Float]
  private var columns: [Float]
  /// 4 pixels of margin on every side for the wide kernel.
  private static let margin = 4

  init(size: Int) {
    self.size = size
    padded = size + 2 * Self.margin
    white = Array(repeating: 0, count: padded * padded)
    smooth = Array(repeating: 0, count: padded * padded)
    wide = Array(repeating: 0, count: padded * padded)
    columns = Array(repeating: 0, count: padded)
  }

  /// Adds noise of standard deviation `deviation` to a `size` x `size` image.
  func add(to image: UnsafeMutablePointer<Float>, deviation: Float, key: UInt64) {
    fillWhite(key: key)
    blurRows()
    // Variance of the difference of both kernels over unit white noise: 36/256 - 1/81.
    let gain = deviation / Float(0.128279).squareRoot()
    let (size, padded) = (size, padded)
    smooth.withUnsafeBufferPointer { smooth in
      wide.withUnsafeBufferPointer { wide in
        columns.withUnsafeMutableBufferPointer { columns in
          for x in 0..<padded {
            var sum: Float = 0
            for y in 0..<8 { sum += wide[y * padded + x] }
            columns[x] = sum
          }
          for y in 0..<size {
            let middle = (y + 4) * padded + 4
            let target = image + y * size
            let (last, first) = ((y + 8) * padded + 4, y * padded + 4)
            for x in 0..<size {
              let sum = columns[x + 4] + wide[last + x]
              columns[x + 4] = sum - wide[first + x]
              let fine =
                0.25 * (smooth[middle + x - padded] + smooth[middle + x + padded])
                + 0.5 * smooth[middle + x]
              target[x] += gain * (fine - sum * (1 / 81))
            }
          }
        }
      }
    }
  }

  /// Two 16-bit uniform draws per pixel, summed: unit variance, and Gaussian once blurred.
  private func fillWhite(key: UInt64) {
    let low = UInt32(truncatingIfNeeded: key)
    let high = UInt32(truncatingIfNeeded: key >> 32)
    let scale = Float(6).squareRoot() / 65536
    white.withUnsafeMutableBufferPointer { white in
      for i in 0..<white.count {
        var h = (UInt32(truncatingIfNeeded: i) ^ low) &* 0x9E37_79B1
        h = (h ^ (h >> 15) ^ high) &* 0x85EB_CA77
        h = (h ^ (h >> 13)) &* 0xC2B2_AE3D
        h ^= h >> 16
        white[i] = (Float(Int32(h & 0xFFFF) &+ Int32(h >> 16)) - 65535) * scale
      }
    }
  }

  private func blurRows() {
    let (padded, size) = (padded, size)
    white.withUnsafeBufferPointer { white in
      smooth.withUnsafeMutableBufferPointer { smooth in
        wide.withUnsafeMutableBufferPointer { wide in
          for y in 0..<padded {
            let start = y * padded
            for x in (start + 4)..<(start + 4 + size) {
              smooth[x] = 0.25 * (white[x - 1] + white[x + 1]) + 0.5 * white[x]
              let near = white[x - 1] + white[x] + white[x + 1]
              let left = white[x - 4] + white[x - 3] + white[x - 2]
              wide[x] = left + near + (white[x + 2] + white[x + 3] + white[x + 4])
            }
          }
        }
      }
    }
  }
}
