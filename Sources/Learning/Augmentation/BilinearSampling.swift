/// Resamples a picture along an affine mapping, bilinearly; the picture lies in black, so that near
/// its edges samples mix with it (`scipy.ndimage`'s `grid-constant`, OpenCV's `BORDER_CONSTANT`).
final class BilinearSampling {
  private let width: Int
  /// For each pixel of a row: its upper left neighbour's column and row, counted from the border,
  private let lefts: UnsafeMutablePointer<Float>
  private let aboves: UnsafeMutablePointer<Float>
  /// how many values that is after the border's first one,
  private let places: UnsafeMutablePointer<UInt32>
  /// and how far the pixel lies to its right and below it, 0...1.
  private let rights: UnsafeMutablePointer<Float>
  private let belows: UnsafeMutablePointer<Float>

  init(width: Int) {
    self.width = width
    // Four are written at a time.
    let capacity = width + 3
    func row() -> UnsafeMutablePointer<Float> {
      let row = UnsafeMutablePointer<Float>.allocate(capacity: capacity)
      row.initialize(repeating: 0, count: capacity)
      return row
    }
    (lefts, aboves, rights, belows) = (row(), row(), row(), row())
    places = .allocate(capacity: capacity)
    places.initialize(repeating: 0, count: capacity)
  }

  deinit {
    for row in [lefts, aboves, rights, belows] { row.deallocate() }
    places.deallocate()
  }

  /// - Precondition: both pictures have one extent, of the width that this was made for, and are
  ///   not the same.
  func apply(_ mapping: AffineMapping, from source: PictureBuffer, into result: PictureBuffer) {
    for y in 0..<result.height {
      locate(mapping, y, in: source)
      gather(from: source, into: result.row(y))
    }
  }

  /// Finds the neighbours of row `y`'s pixels.
  private func locate(_ mapping: AffineMapping, _ y: Int, in source: PictureBuffer) {
    // Positions count from the border's first pixel; beyond the border everything is as black.
    divide(
      from: mapping.xy * Double(y) + mapping.x0 + 1, step: mapping.xx, last: source.width + 1,
      into: lefts, rights)
    divide(
      from: mapping.yy * Double(y) + mapping.y0 + 1, step: mapping.yx, last: source.height + 1,
      into: aboves, belows)
    let (pixel, row) = (Float(source.channels), Float(source.rowStride))
    let (places, lefts, aboves) = (places, lefts, aboves)
    for column in 0..<width {
      // A whole number below 2^23 stands in the low bits of its sum with 2^23; a picture of 1600 x
      // 1600 has fewer values.
      let sum = (aboves[column] * row + lefts[column] * pixel) + 8_388_608
      places[column] = sum.bitPattern & 0x7F_FFFF
    }
  }

  /// Divides the positions of a row along one axis into whole numbers and what lies beyond them.
  ///
  /// The whole number is the one below, or the one before that where the position itself is an
  /// integer: then its neighbour has the weight 1.
  private func divide(
    from first: Double, step: Double, last: Int, into wholes: UnsafeMutablePointer<Float>,
    _ parts: UnsafeMutablePointer<Float>
  ) {
    typealias Lanes = SIMD4<Float>
    let first = Lanes(repeating: Float(first))
    let step = Lanes(repeating: Float(step))
    let zero = Lanes(repeating: 0)
    let last = Lanes(repeating: Float(last))
    // The sum with 3 * 2^22 is rounded to an integer.
    let rounding = Lanes(repeating: 12_582_912)
    let half = Lanes(repeating: 0.5)
    let four = Lanes(repeating: 4)
    var columns = Lanes(0, 1, 2, 3)
    for place in stride(from: 0, to: width, by: 4) {
      var position = first + step * columns
      position = zero.replacing(with: position, where: position .> zero)
      position = last.replacing(with: position, where: position .< last)
      let whole = (position - half + rounding) - rounding
      UnsafeMutableRawPointer(wholes + place).storeBytes(of: whole, as: Lanes.self)
      UnsafeMutableRawPointer(parts + place).storeBytes(of: position - whole, as: Lanes.self)
      columns += four
    }
  }

  private func gather(from source: PictureBuffer, into row: UnsafeMutablePointer<Float>) {
    let channels = source.channels
    let bytes = MemoryLayout<Float>.stride
    let right = channels * bytes
    let below = source.rowStride * bytes
    let border = UnsafeRawPointer(source.border)
    var target = UnsafeMutableRawPointer(row)
    for column in 0..<width {
      // Four values whatever the channels; the surplus ones are overwritten by the next pixel.
      let corner = border + Int(places[column]) * bytes
      let first = corner.loadUnaligned(as: SIMD4<Float>.self)
      let second = (corner + right).loadUnaligned(as: SIMD4<Float>.self)
      let third = (corner + below).loadUnaligned(as: SIMD4<Float>.self)
      let fourth = (corner + (below + right)).loadUnaligned(as: SIMD4<Float>.self)
      let weight = SIMD4<Float>(repeating: rights[column])
      let top = first + weight * (second - first)
      let bottom = third + weight * (fourth - third)
      let value = top + SIMD4<Float>(repeating: belows[column]) * (bottom - top)
      target.storeBytes(of: value, as: SIMD4<Float>.self)
      target += right
    }
    // The last pixel's surplus values stand in the border.
    (row + width * channels).update(repeating: 0, count: 4 - channels)
  }
}
