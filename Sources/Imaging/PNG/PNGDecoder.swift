import CPNG

/// Decodes grey and RGB images of 8 or 16 bits from memory.
public enum PNGDecoder {
  /// What the header says, checked against the limits.
  ///
  /// - Throws: `PNGError`: `.malformed`, `.unsupported`, `.tooLarge` or `.outOfMemory`.
  public static func format(of png: UnsafeRawBufferPointer) throws(PNGError) -> PNGFormat {
    var found = cpng_format()
    let status = cpng_read_format(
      png.bindMemory(to: UInt8.self).baseAddress, png.count, UInt32(PNGFormat.sideLimit), &found)
    return try format(found, status)
  }

  /// Decodes an image of a known format into the caller's buffer; allocates no pixels.
  ///
  /// - Precondition: `pixels` holds `expected.byteCount` bytes or more.
  /// - Throws: `PNGError`, `.unexpectedFormat` where the image is not as `expected`. Pixels written
  ///   before an error was found stay in the buffer.
  public static func decode(
    _ png: UnsafeRawBufferPointer, as expected: PNGFormat,
    into pixels: UnsafeMutableRawBufferPointer
  ) throws(PNGError) {
    precondition(pixels.count >= expected.byteCount, "the buffer holds the expected image")
    var found = cpng_format()
    // The buffer is offered as no larger than the image, so that another image can't fill more.
    let status = cpng_decode(
      png.bindMemory(to: UInt8.self).baseAddress, png.count, UInt32(PNGFormat.sideLimit),
      pixels.bindMemory(to: UInt8.self).baseAddress, expected.byteCount, &found)
    guard try format(found, status) == expected else { throw .unexpectedFormat }
  }

  /// Decodes an image into a new array.
  ///
  /// - Throws: `PNGError` where the bytes are not an image that this module reads.
  public static func decode(_ png: [UInt8]) throws -> (format: PNGFormat, pixels: [UInt8]) {
    try png.withUnsafeBytes { bytes in
      let format = try format(of: bytes)
      var pixels = [UInt8](repeating: 0, count: format.byteCount)
      try pixels.withUnsafeMutableBytes { try decode(bytes, as: format, into: $0) }
      return (format, pixels)
    }
  }

  private static func format(
    _ found: cpng_format, _ status: cpng_status
  ) throws(PNGError) -> PNGFormat {
    switch status {
    case CPNG_OK: break
    case CPNG_UNSUPPORTED: throw .unsupported
    case CPNG_TOO_LARGE: throw .tooLarge
    case CPNG_BUFFER_SMALL: throw .unexpectedFormat
    case CPNG_NO_MEMORY: throw .outOfMemory
    default: throw .malformed
    }
    let pixel: PNGFormat.Pixel
    switch (found.channels, found.bits) {
    case (1, 8): pixel = .grey8
    case (3, 8): pixel = .rgb8
    case (1, 16): pixel = .grey16
    case (3, 16): pixel = .rgb16
    default: throw .unsupported
    }
    return PNGFormat(width: Int(found.width), height: Int(found.height), pixel: pixel)
  }
}
