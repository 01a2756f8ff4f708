/// What decoding one frame has to produce.
struct FrameShape {
  let rows: Int
  let columns: Int
  let format: PixelFormat
  /// Whether the transfer syntax says that coding lost nothing.
  let isLossless: Bool

  var samples: Int { rows * columns }
  var bytes: Int { samples * format.cellBytes }

  /// Compares what a codestream says of its image with the header, before anything is decoded.
  ///
  /// - Throws: `jpegMismatch` where they differ, or where the coding has no cells of this width.
  func check(
    rows found: Int, columns foundColumns: Int, precision: Int, of name: String
  ) throws(DICOMError) {
    guard found == rows, foundColumns == columns else {
      throw DICOMError(
        .jpegMismatch, .pixelData,
        "the \(name) image is \(found) by \(foundColumns), not \(rows) by \(columns) as declared")
    }
    guard format.bitsAllocated == 8 || format.bitsAllocated == 16,
      (format.highBit + 1...format.bitsAllocated).contains(precision)
    else {
      throw DICOMError(
        .jpegMismatch, .pixelData,
        "the \(name) image has \(precision) bits, but in the header \(format.highBit + 1)"
          + " of \(format.bitsAllocated) are used")
    }
  }
}

/// Decodes one coded frame into little-endian cells; one implementation per pixel coding.
protocol PixelDecoder {
  /// The most cell bytes that one coded byte can become, or is believed to become.
  ///
  /// An image is refused before its memory is taken where its fragments could not fill it.
  static var largestExpansion: Int { get }

  /// How many cell bytes are believed whatever the coded bytes, for codings that turn flat images
  /// into nothing.
  static var alwaysBelieved: Int { get }

  /// Fills `cells`, which has `shape.bytes` bytes; never reads outside `codestream`.
  ///
  /// - Throws: `DICOMError` where the codestream is malformed, not supported, or not of this shape.
  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError)
}

extension PixelDecoder {
  static var alwaysBelieved: Int { 0 }
}

extension TransferSyntax {
  /// The decoder of an encapsulated coding, `nil` for native Pixel Data.
  ///
  /// - Throws: `transferSyntaxUnsupported` or `transferSyntaxUnknown` for any other coding.
  func decoder() throws(DICOMError) -> (any PixelDecoder.Type)? {
    switch pixelCoding {
    case .native: nil
    case .rleLossless: RLELosslessDecoder.self
    case .jpegLossless: JPEGLosslessDecoder.self
    case .jpegLS: JPEGLSDecoder.self
    case .jpeg2000: JPEG2000Decoder.self
    case .unsupported(let name):
      throw DICOMError(
        .transferSyntaxUnsupported, "\(DICOMTag.transferSyntaxUID): \(name) is not supported")
    case .unknown:
      throw DICOMError(
        .transferSyntaxUnknown,
        "\(DICOMTag.transferSyntaxUID): \(printableUID) is not a transfer syntax that this reader"
          + " knows")
    }
  }

  /// The UID where it is below the standard's root; any other text may be anything.
  private var printableUID: String {
    let isOfStandard =
      uid.hasPrefix("1.2.840.10008.") && uid.utf8.count <= 64
      && uid.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return isOfStandard ? uid : "a private UID"
  }
}
