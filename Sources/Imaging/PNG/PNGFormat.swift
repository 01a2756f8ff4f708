/// The layout of an image's pixels: rows from the top, without gaps, channels interleaved.
///
/// 16-bit samples stand in the byte order of the machine.
public struct PNGFormat: Equatable, Sendable {
  /// The kinds of pixel this module reads and writes.
  public enum Pixel: String, Sendable, CaseIterable {
    case grey8, rgb8, grey16, rgb16

    public var channels: Int { self == .rgb8 || self == .rgb16 ? 3 : 1 }
    public var bytesPerSample: Int { self == .grey16 || self == .rgb16 ? 2 : 1 }
  }

  /// No image is wider or higher than this; a header that claims more is refused unread.
  public static let sideLimit = 16_384

  public let width: Int
  public let height: Int
  public let pixel: Pixel

  /// - Precondition: both sides lie in 1...`sideLimit`.
  public init(width: Int, height: Int, pixel: Pixel) {
    precondition(
      (1...Self.sideLimit).contains(width) && (1...Self.sideLimit).contains(height),
      "the side of an image lies in 1...\(Self.sideLimit)")
    self.width = width
    self.height = height
    self.pixel = pixel
  }

  public var bytesPerRow: Int { width * pixel.channels * pixel.bytesPerSample }
  public var byteCount: Int { bytesPerRow * height }
}
