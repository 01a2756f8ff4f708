/// Reads the coding style segments, COD and COC, of main and tile-part headers (T.800 A.6).
enum JPEG2000Coding {
  /// Reads the segment after `marker`.
  ///
  /// - Returns: the coding where the segment sets it, else `nil`.
  /// - Throws: `jpegUnsupported`, also for irreversible coding, whose values depend on the decoder;
  ///   `jpegMalformed` or `truncated` for a segment that breaks T.800.
  static func read(
    _ marker: UInt16, _ markers: inout JPEGMarkers
  ) throws(DICOMError) -> JPEG2000Header.Coding? {
    switch marker {
    case 0xFF50:
      throw DICOMError(.jpegUnsupported, .pixelData, "the codestream is High-Throughput JPEG 2000")
    case 0xFF60, 0xFF61:
      throw DICOMError(
        .jpegUnsupported, .pixelData, "the JPEG 2000 image keeps its packet headers apart")
    case 0xFF4F, 0xFF51, 0xFF90, 0xFF92, 0xFF93, 0xFFD9, 0xFF30...0xFF3F:
      throw markers.malformed("a JPEG 2000 marker stands where none of its kind may")
    default: break
    }
    var segment = try markers.segment()
    guard marker == 0xFF52 || marker == 0xFF53 else { return nil }
    let name = "the JPEG 2000 coding style"
    if marker == 0xFF53 {
      // With one component, COC says of it what COD could have said; layers stay COD's.
      throw DICOMError(
        .jpegUnsupported, .pixelData, "\(name) is set separately for the only component")
    }
    let style = try segment.uint8(name)
    _ = try segment.uint8(name)
    let layers = Int(try segment.uint16(name))
    let transform = try segment.uint8(name)
    let levels = Int(try segment.uint8(name))
    let width = try segment.uint8(name)
    let height = try segment.uint8(name)
    let blockStyle = try segment.uint8(name)
    let wavelet = try segment.uint8(name)
    guard blockStyle < 0x40 else {
      throw DICOMError(.jpegUnsupported, .pixelData, "the codestream is High-Throughput JPEG 2000")
    }
    guard wavelet == 1 else {
      throw DICOMError(
        .jpegUnsupported, .pixelData,
        "the JPEG 2000 image is coded with the irreversible wavelet, so its values are not exact")
    }
    guard layers > 0, transform == 0, levels <= 32, width <= 8, height <= 8, width + height <= 8
    else { throw markers.malformed("\(name) is malformed") }
    var precincts = [(width: Int, height: Int)](repeating: (15, 15), count: levels + 1)
    if style & 1 != 0 {
      for resolution in precincts.indices {
        let size = Int(try segment.uint8(name))
        precincts[resolution] = (size & 15, size >> 4)
      }
    }
    guard segment.remaining == 0 else { throw markers.malformed("\(name) is malformed") }
    return JPEG2000Header.Coding(layers: layers, precincts: precincts)
  }
}
