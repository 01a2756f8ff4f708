/// Replaces every sample by the median of its window, channel by channel, after rounding to whole
/// levels; beyond an edge the outermost pixels are repeated. This is `cv2.medianBlur` on 8 bits.
final class MedianFilter {
  typealias Lanes = SIMD16<UInt8>
  /// Pixels that a window reaches beyond its center, at most.
  private static let reach = 2

  private let width: Int
  private let height: Int
  private let channels: Int
  /// Values from one row to the next: the row, what a window reaches beyond it, and a whole vector.
  private let rowStride: Int
  private let values: UnsafeMutablePointer<UInt8>
  private let row: UnsafeMutablePointer<UInt8>

  init(width: Int, height: Int, channels: Int) {
    self.width = width
    self.height = height
    self.channels = channels
    rowStride = (width + 2 * Self.reach) * channels + Lanes.scalarCount
    let count = rowStride * (height + 2 * Self.reach)
    values = .allocate(capacity: count)
    values.initialize(repeating: 0, count: count)
    row = .allocate(capacity: rowStride)
    row.initialize(repeating: 0, count: rowStride)
  }

  deinit {
    values.deallocate()
    row.deallocate()
  }

  /// - Parameter size: edge length of the window, 3 or 5.
  /// - Precondition: the picture has the extent that this was made for.
  func apply(size: Int, to picture: PictureBuffer) {
    precondition(size == 3 || size == 5, "a median takes 3 or 5 pixels")
    fill(from: picture)
    for y in 0..<height {
      let center = UnsafeRawPointer(at(y))
      for place in stride(from: 0, to: width * channels, by: Lanes.scalarCount) {
        let median =
          size == 3
          ? Self.median3(center + place, channels, rowStride)
          : Self.median5(center + place, channels, rowStride)
        UnsafeMutableRawPointer(row + place).storeBytes(of: median, as: Lanes.self)
      }
      let target = picture.row(y)
      for place in 0..<width * channels { target[place] = Float(row[place]) }
    }
  }

  /// The first sample of row `y`, from -reach.
  private func at(_ y: Int) -> UnsafeMutablePointer<UInt8> {
    values + (y + Self.reach) * rowStride + Self.reach * channels
  }

  private func fill(from picture: PictureBuffer) {
    let count = width * channels
    for y in 0..<height {
      let (from, to) = (picture.row(y), at(y))
      // The sum's low bits hold the nearest integer, of two the even one.
      for place in 0..<count {
        to[place] = UInt8(truncatingIfNeeded: (from[place] + 8_388_608).bitPattern)
      }
      for place in 0..<Self.reach * channels {
        to[place - Self.reach * channels] = to[place % channels]
        to[count + place] = to[count - channels + place % channels]
      }
    }
    for step in 1...Self.reach {
      let start = -Self.reach * channels
      (at(-step) + start).update(from: at(0) + start, count: rowStride)
      (at(height - 1 + step) + start).update(from: at(height - 1) + start, count: rowStride)
    }
  }

  @inline(__always)
  private static func exchange(_ first: inout Lanes, _ second: inout Lanes) {
    let isLess = second .< first
    let low = first.replacing(with: second, where: isLess)
    second = second.replacing(with: first, where: isLess)
    first = low
  }

  /// The median of nine is that of the largest minimum, the middle median and the smallest maximum
  /// of its columns.
  @inline(__always)
  private static func median3(_ center: UnsafeRawPointer, _ pixel: Int, _ row: Int) -> Lanes {
    @inline(__always) func column(_ offset: Int) -> (Lanes, Lanes, Lanes) {
      let place = center + offset
      var first = (place - row).loadUnaligned(as: Lanes.self)
      var second = place.loadUnaligned(as: Lanes.self)
      var third = (place + row).loadUnaligned(as: Lanes.self)
      exchange(&first, &second)
      exchange(&second, &third)
      exchange(&first, &second)
      return (first, second, third)
    }
    var (a, b, c) = (column(-pixel), column(0), column(pixel))
    exchange(&a.0, &b.0)
    exchange(&b.0, &c.0)
    exchange(&b.2, &c.2)
    exchange(&a.2, &b.2)
    exchange(&a.1, &b.1)
    exchange(&b.1, &c.1)
    exchange(&a.1, &b.1)
    exchange(&c.0, &b.1)
    exchange(&b.1, &a.2)
    exchange(&c.0, &b.1)
    return b.1
  }

  /// Five numbers.
  private struct Five {
    var a: Lanes
    var b: Lanes
    var c: Lanes
    var d: Lanes
    var e: Lanes

    /// Nine exchanges, the fewest there can be (Knuth, The Art of Computer Programming, 5.3.4).
    @inline(__always)
    mutating func sort() {
      exchange(&a, &d)
      exchange(&b, &e)
      exchange(&a, &c)
      exchange(&b, &d)
      exchange(&a, &b)
      exchange(&c, &e)
      exchange(&b, &c)
      exchange(&d, &e)
      exchange(&c, &d)
    }
  }

  /// Sorts the columns, then the rows. Of the 25, 6 are then too small and 6 too large to be the
  /// median: element (i, j) of the sorted square has i * j - 1 others that are no larger. The median
  /// of the 13 between takes 17 exchanges, found by search over the orders that a sorted square
  /// leaves (Tests/Oracles/augmentation_median.py).
  @inline(__always)
  private static func median5(_ center: UnsafeRawPointer, _ pixel: Int, _ row: Int) -> Lanes {
    @inline(__always) func column(_ offset: Int) -> Five {
      let place = center + offset
      var five = Five(
        a: (place - 2 * row).loadUnaligned(as: Lanes.self),
        b: (place - row).loadUnaligned(as: Lanes.self),
        c: place.loadUnaligned(as: Lanes.self),
        d: (place + row).loadUnaligned(as: Lanes.self),
        e: (place + 2 * row).loadUnaligned(as: Lanes.self))
      five.sort()
      return five
    }
    let (v, w, x) = (column(-2 * pixel), column(-pixel), column(0))
    let (y, z) = (column(pixel), column(2 * pixel))
    var first = Five(a: v.a, b: w.a, c: x.a, d: y.a, e: z.a)
    var second = Five(a: v.b, b: w.b, c: x.b, d: y.b, e: z.b)
    var third = Five(a: v.c, b: w.c, c: x.c, d: y.c, e: z.c)
    var fourth = Five(a: v.d, b: w.d, c: x.d, d: y.d, e: z.d)
    var fifth = Five(a: v.e, b: w.e, c: x.e, d: y.e, e: z.e)
    first.sort()
    second.sort()
    third.sort()
    fourth.sort()
    fifth.sort()
    exchange(&third.d, &fourth.b)
    exchange(&third.d, &second.d)
    exchange(&third.d, &second.c)
    exchange(&second.d, &first.d)
    exchange(&second.d, &second.c)
    exchange(&second.e, &first.d)
    exchange(&second.c, &third.b)
    exchange(&second.e, &fifth.b)
    exchange(&third.b, &fourth.a)
    exchange(&fourth.c, &first.e)
    exchange(&fourth.a, &third.c)
    exchange(&fourth.c, &second.e)
    exchange(&fourth.a, &fourth.c)
    exchange(&second.e, &third.c)
    exchange(&fourth.c, &second.e)
    exchange(&second.e, &fifth.a)
    exchange(&fourth.c, &second.e)
    return second.e
  }
}
