import Foundation

/// Blurs along columns, then along rows, with the same weights; beyond an edge the picture is
/// mirrored about the outermost pixels' centers (OpenCV's `BORDER_REFLECT_101`, SciPy's `mirror`).
final class SeparableFilter {
  private let rowCount: Int
  /// A row that is filtered along the columns, with room for what is mirrored at both ends.
  private var row: UnsafeMutablePointer<Float>
  private var capacity: Int

  init(rowCount: Int) {
    self.rowCount = rowCount
    capacity = rowCount
    row = .allocate(capacity: capacity)
    row.initialize(repeating: 0, count: capacity)
  }

  deinit { row.deallocate() }

  /// Weights of a Gaussian, cut off at three standard deviations as
  /// `scipy.ndimage.gaussian_filter(…, truncate=3)` cuts it: a single 1 below a sixth of a pixel.
  ///
  /// imgaug's definition; the report's text names no range, imgaug's own example takes 0...3 pixels.
  static func gaussian(deviation: Double) -> [Float] {
    let radius = Int(3 * deviation + 0.5)
    if radius == 0 { return [1] }
    let weights = (-radius...radius).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }

  /// Equal weights; an even number reaches one pixel farther up and left, as OpenCV's `blur` does.
  static func average(size: Int) -> [Float] {
    [Float](repeating: 1 / Float(size), count: size)
  }

  /// - Precondition: both pictures have one extent, of the row that this was made for, and are not
  ///   the same.
  func apply(_ weights: [Float], from source: PictureBuffer, into result: PictureBuffer) {
    let before = weights.count / 2
    let channels = source.channels
    reserve(rowCount + weights.count * channels)
    let filtered = row + before * channels
    let along = weights.indices.map { UnsafePointer(filtered + ($0 - before) * channels) }
    for y in 0..<source.height {
      let across = weights.indices.map { tap in
        UnsafePointer(source.row(Self.mirrored(y + tap - before, count: source.height)))
      }
      Self.sum(across, weights, into: filtered, count: rowCount)
      for column in -before..<0 {
        copyPixel(Self.mirrored(column, count: source.width), to: column, filtered, channels)
      }
      for column in source.width..<source.width + weights.count - 1 - before {
        copyPixel(Self.mirrored(column, count: source.width), to: column, filtered, channels)
      }
      Self.sum(along, weights, into: result.row(y), count: rowCount)
    }
  }

  /// The weighted sum of rows, sixteen values at a time, which stay in registers.
  private static func sum(
    _ rows: [UnsafePointer<Float>], _ weights: [Float], into sums: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    typealias Lanes = SIMD16<Float>
    var place = 0
    while place + Lanes.scalarCount <= count {
      var sum = Lanes(repeating: 0)
      for (row, weight) in zip(rows, weights) {
        sum += weight * UnsafeRawPointer(row + place).loadUnaligned(as: Lanes.self)
      }
      UnsafeMutableRawPointer(sums + place).storeBytes(of: sum, as: Lanes.self)
      place += Lanes.scalarCount
    }
    while place < count {
      var sum: Float = 0
      for (row, weight) in zip(rows, weights) { sum += weight * row[place] }
      sums[place] = sum
      place += 1
    }
  }

  private func copyPixel(
    _ from: Int, to: Int, _ row: UnsafeMutablePointer<Float>, _ channels: Int
  ) {
    for channel in 0..<channels { row[to * channels + channel] = row[from * channels + channel] }
  }

  /// The pixel inside 0..<count that `index` is mirrored to, as often as it takes.
  private static func mirrored(_ index: Int, count: Int) -> Int {
    if count == 1 { return 0 }
    let period = 2 * (count - 1)
    let place = ((index % period) + period) % period
    return place < count ? place : period - place
  }

  private func reserve(_ count: Int) {
    if count <= capacity { return }
    row.deallocate()
    capacity = count
    row = .allocate(capacity: count)
    row.initialize(repeating: 0, count: count)
  }
}
