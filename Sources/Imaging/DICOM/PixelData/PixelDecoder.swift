/// What decoding one frame has to produce.
struct FrameShape {
  let rows: Int
  let columns: Int
  let format: PixelFormat
  /// Whether the transfer syntax says that coding lost nothing.
  let isLossless: Bool

  var samples: Int { rows * columns }
  var bytes: Int { samples * format.cellBytes }

  /// Holds what a codestream says of its image against the header, before anything is decoded.
  ///
  /// - Throws: `jpegMismatch`; also where the coding has no cells of this width.
  func check(
    rows found: Int, columns foundColumns: Int, precision: Int, of name: String
  ) throws(DICOMError) {
    guard found == rows, foundColumns == columns else {
      throw DICOMError(
        .jpegMismatch, .pixelData,
        "the \(name) image is \(found) by \(foundColumns), the header says \(rows) by \(columns)")
    }
    guard format.bitsAllocated == 8 || format.bitsAllocated == 16,
      (format.highBit + 1...format.bitsAllocated).contains(precision)
    else {
      throw DICOMError(
        .jpegMismatch, .pixelData,
        "the \(name) image has \(precision) bits, the header \(format.highBit + 1)"
          + " used of \(format.bitsAllocated)")
    }
  }
}

/// Decodes one coded frame into little-endian cells; one implementation per pixel coding.
protocol PixelDecoder {
  /// No coded byte can become more cell bytes than this, or is believed to.
  ///
  /// An image is refused before its memory is taken where its fragments could not fill it.
  static var largestExpansion: Int { get }

  /// Cell bytes that are believed whatever the coded bytes: for codings of flat images into nothing.
  static var alwaysBelieved: Int { get }

  /// Fills `cells`, which has `shape.bytes` bytes, or throws; never reads outside `codestream`.
  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError)
}

extension PixelDecoder {
  static var alwaysBelieved: Int { 0 }
}

extension TransferSyntax {
  /// The decoder of an encapsulated coding, `nil` for native Pixel Data; refuses the others by name.
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

  /// A UID below the standard's own root; any other text of a file may be anything.
  private var printableUID: String {
    let isOfStandard =
      uid.hasPrefix("1.2.840.10008.") && uid.utf8.count <= 64
      && uid.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return isOfStandard ? uid : "a private UID"
  }
}
