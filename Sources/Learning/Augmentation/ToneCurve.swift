/// A linear change of levels, clipped to 0...255: contrast and brightness.
enum ToneCurve {
  /// `level * gain + offset`.
  static func apply(gain: Float, offset: Float, to picture: PictureBuffer) {
    for y in 0..<picture.height {
      let row = picture.row(y)
      for place in 0..<picture.rowCount { row[place] = clipped(row[place] * gain + offset) }
    }
  }

  @inline(__always)
  static func clipped(_ level: Float) -> Float {
    let positive = level > 0 ? level : 0
    return positive < 255 ? positive : 255
  }

  @inline(__always)
  static func clipped(_ level: SIMD4<Float>) -> SIMD4<Float> {
    let black = SIMD4<Float>(repeating: 0)
    let white = SIMD4<Float>(repeating: 255)
    let positive = black.replacing(with: level, where: level .> black)
    return white.replacing(with: positive, where: positive .< white)
  }
}
