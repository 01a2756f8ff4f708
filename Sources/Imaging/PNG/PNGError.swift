/// Why bytes were not taken as a PNG image. The caller knows which file they come from.
public enum PNGError: String, Error, Sendable, CaseIterable {
  /// Not a PNG, damaged, or cut short.
  case malformed = "png-malformed"
  /// A palette, an alpha channel, interlacing, or fewer than 8 bits per sample.
  case unsupported = "png-unsupported"
  /// A side longer than `PNGFormat.sideLimit`.
  case tooLarge = "png-too-large"
  /// The image does not have the format that the caller expects.
  case unexpectedFormat = "png-unexpected-format"
  /// libpng got no memory.
  case outOfMemory = "png-out-of-memory"
}
