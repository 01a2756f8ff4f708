/// A picture in float32 levels, channels interleaved, with a black border: one pixel to the left and
/// above, two to the right and below.
///
/// The border lets bilinear sampling read its four neighbours without checking where the picture
/// ends. It stays black: every step writes pixels only.
final class PictureBuffer {
  let width: Int
  let height: Int
  let channels: Int
  /// Values from one row to the next.
  let rowStride: Int
  private let values: UnsafeMutablePointer<Float>
  private let count: Int

  init(width: Int, height: Int, channels: Int) {
    self.width = width
    self.height = height
    self.channels = channels
    rowStride = (width + 3) * channels
    // A pixel is read as four values, whatever its channels.
    count = rowStride * (height + 3) + 4
    values = .allocate(capacity: count)
    values.initialize(repeating: 0, count: count)
  }

  deinit { values.deallocate() }

  /// Values in a row of pixels.
  var rowCount: Int { width * channels }

  /// The first pixel of the border, (-1, -1).
  var border: UnsafeMutablePointer<Float> { values }

  /// The first value of row `y`, 0..<height.
  func row(_ y: Int) -> UnsafeMutablePointer<Float> {
    values + (y + 1) * rowStride + channels
  }
}
