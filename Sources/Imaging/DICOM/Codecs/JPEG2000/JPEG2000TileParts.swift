/// The tile-parts of a JPEG 2000 codestream (T.800 A.4.2): a chain that has to be whole.
enum JPEG2000TileParts {
  /// Follows the chain from the main header to the end of the codestream.
  ///
  /// Each tile must be there with its parts in order, each part must lie inside, and each packet
  /// must have at least one byte, so that what the decoder builds for a tile is bounded by what it
  /// reads.
  ///
  /// - Returns: the length of the codestream, its end marker included.
  static func check(
    _ bytes: UnsafeRawBufferPointer, _ image: JPEG2000Header
  ) throws(DICOMError) -> Int {
    var partsSeen = [Int](repeating: 0, count: image.tilesAcross * image.tilesDown)
    var packets = 0
    var offset = image.tilesOffset
    while true {
      var markers = JPEGMarkers(bytes, from: offset, name: "JPEG 2000")
      let marker = try markers.marker()
      if marker == 0xFFD9 { break }
      guard marker == 0xFF90 else {
        throw markers.malformed("a JPEG 2000 tile-part is missing at byte \(offset)")
      }
      let part = try Part(&markers)
      guard part.tile < partsSeen.count, partsSeen[part.tile] == part.number else {
        throw markers.malformed("a JPEG 2000 tile-part belongs to no tile or is out of order")
      }
      partsSeen[part.tile] += 1
      let coding = try tileHeader(&markers, isFirst: part.number == 0)
      if part.number == 0 {
        let (sum, overflow) = packets.addingReportingOverflow(
          image.packets(ofTile: part.tile, coding ?? image.coding))
        packets = overflow ? Int.max : sum
        guard packets <= bytes.count else {
          throw markers.malformed("the JPEG 2000 image has more packets than bytes")
        }
      }
      let end = part.length > 0 ? offset + part.length : endMarker(bytes)
      guard end >= markers.offset, end <= bytes.count else {
        throw markers.malformed("a JPEG 2000 tile-part is longer than the codestream")
      }
      offset = end
    }
    guard partsSeen.allSatisfy({ $0 > 0 }) else {
      throw DICOMError(.jpegMalformed, .pixelData, "a tile of the JPEG 2000 image is missing")
    }
    return offset + 2
  }

  /// What SOT says; `length` counts from its marker, and 0 stands for the rest of the codestream.
  private struct Part {
    let tile: Int
    let length: Int
    let number: Int

    init(_ markers: inout JPEGMarkers) throws(DICOMError) {
      var segment = try markers.segment()
      guard segment.remaining == 8 else {
        throw markers.malformed("a JPEG 2000 tile-part header is malformed")
      }
      tile = Int(try segment.uint16("SOT"))
      length = Int(try segment.uint32("SOT"))
      number = Int(try segment.uint8("SOT"))
    }
  }

  /// Steps to the data of a tile-part; gives the coding that it sets for its tile.
  private static func tileHeader(
    _ markers: inout JPEGMarkers, isFirst: Bool
  ) throws(DICOMError) -> JPEG2000Header.Coding? {
    var coding: JPEG2000Header.Coding?
    while true {
      let marker = try markers.marker()
      if marker == 0xFF93 { return coding }
      if let found = try JPEG2000Coding.read(marker, &markers) {
        guard isFirst else {
          throw markers.malformed("the JPEG 2000 coding style changes inside a tile")
        }
        coding = found
      }
    }
  }

  /// Where the last end marker begins; -1 without one.
  private static func endMarker(_ bytes: UnsafeRawBufferPointer) -> Int {
    var offset = bytes.count - 2
    while offset >= 0, bytes[offset] != 0xFF || bytes[offset + 1] != 0xD9 { offset -= 1 }
    return offset
  }
}
