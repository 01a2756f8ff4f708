/// What decoding one frame has to produce.
struct FrameShape {
  let rows: Int
  let columns: Int
  let format: PixelFormat

  var samples: Int { rows * columns }
  var bytes: Int { samples * format.cellBytes }
}

/// Decodes one coded frame into little-endian cells; one implementation per pixel coding.
protocol PixelDecoder {
  /// No coded byte can become more cell bytes than this.
  ///
  /// A frame is refused before its memory is taken where its fragments could not fill it.
  static var largestExpansion: Int { get }

  /// Fills `cells`, which has `shape.bytes` bytes, or throws; never reads outside `codestream`.
  static func decode(
    _ codestream: UnsafeRawBufferPointer, _ shape: FrameShape,
    into cells: UnsafeMutableRawBufferPointer
  ) throws(DICOMError)
}

extension TransferSyntax {
  /// The decoder of an encapsulated coding, `nil` for native Pixel Data; refuses the others by name.
  func decoder() throws(DICOMError) -> (any PixelDecoder.Type)? {
    switch pixelCoding {
    case .native: nil
    case .rleLossless: RLELosslessDecoder.self
    case .jpegLossless: JPEGLosslessDecoder.self
    case .unsupported(let name):
      throw DICOMError(
        .transferSyntaxUnsupported, "\(DICOMTag.transferSyntaxUID): \(name) is not supported")
    case .unknown:
      throw DICOMError(
        .transferSyntaxUnknown,
        "\(DICOMTag.transferSyntaxUID): \(AttributeText.printable(uid, limit: 64)) is not a"
          + " transfer syntax that this reader knows")
    }
  }
}
