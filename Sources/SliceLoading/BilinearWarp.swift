/// Resamples 8-bit images along an affine mapping, bilinearly; what lies outside is 0.
enum BilinearWarp {
  /// Positions carry 16 fractional bits, weights 8.
  private static let one = 65536.0

  /// - Parameters:
  ///   - source: height * width * channels interleaved samples.
  ///   - destination: the same extent; does not overlap `source`.
  static func apply(
    _ mapping: RandomAffine.Mapping, from source: UnsafePointer<UInt8>,
    into destination: UnsafeMutablePointer<UInt8>, width: Int, height: Int, channels: Int
  ) {
    let stepX = Int(mapping.matrix[0] * one)
    let stepY = Int(mapping.matrix[2] * one)
    for row in 0..<height {
      var x = Int((mapping.matrix[1] * Double(row) + mapping.offset[0]) * one)
      var y = Int((mapping.matrix[3] * Double(row) + mapping.offset[1]) * one)
      var target = destination + row * width * channels
      for _ in 0..<width {
        let (column, line) = (x >> 16, y >> 16)
        if column >= 0 && column < width - 1 && line >= 0 && line < height - 1 {
          let (right, below) = ((x >> 8) & 255, (y >> 8) & 255)
          let upper = source + (line * width + column) * channels
          let lower = upper + width * channels
          for channel in 0..<channels {
            let top = Int(upper[channel]) * (256 - right) + Int(upper[channel + channels]) * right
            let bottom =
              Int(lower[channel]) * (256 - right) + Int(lower[channel + channels]) * right
            let sum = top * (256 - below) + bottom * below
            target[channel] = UInt8(truncatingIfNeeded: (sum + 32768) >> 16)
          }
        } else {
          for channel in 0..<channels { target[channel] = 0 }
        }
        target += channels
        x += stepX
        y += stepY
      }
    }
  }
}
