/// The main header of a JPEG 2000 codestream of one component (T.800 annex A), up to its tiles.
struct JPEG2000Header {
  /// How a tile is coded, as far as memory and loss depend on it.
  struct Coding {
    let layers: Int
    /// Exponents of precinct width and height, lowest resolution first; one for each resolution.
    let precincts: [(width: Int, height: Int)]
  }

  let precision: Int
  let isSigned: Bool
  /// The image on the reference grid.
  let area: (left: Int, top: Int, right: Int, bottom: Int)
  let tile: (left: Int, top: Int, width: Int, height: Int)
  let coding: Coding
  /// Where the first tile-part begins.
  let tilesOffset: Int

  var rows: Int { area.bottom - area.top }
  var columns: Int { area.right - area.left }
  var tilesAcross: Int { (area.right - tile.left + tile.width - 1) / tile.width }
  var tilesDown: Int { (area.bottom - tile.top + tile.height - 1) / tile.height }

  /// No head CT has more tiles, and each costs OpenJPEG kilobytes.
  private static let mostTiles = 1024

  init(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    var markers = JPEGMarkers(bytes, from: 0, name: "JPEG 2000")
    guard try markers.marker() == 0xFF4F, try markers.marker() == 0xFF51 else {
      throw markers.malformed("the codestream does not begin with a JPEG 2000 image")
    }
    var size = try markers.segment()
    guard try size.uint16("SIZ") & 0xC000 == 0 else {
      throw DICOMError(
        .jpegUnsupported, .pixelData, "the JPEG 2000 image is not of part 1 of the standard")
    }
    var fields: [Int] = []
    for _ in 0..<8 { fields.append(Int(try size.uint32("SIZ"))) }
    let components = try size.uint16("SIZ")
    guard components == 1 else {
      throw DICOMError(
        .jpegMismatch, .pixelData, "the JPEG 2000 image has \(components) components")
    }
    let depth = try size.uint8("SIZ")
    let steps = try size.uint16("SIZ")
    area = (fields[2], fields[3], fields[0], fields[1])
    tile = (fields[6], fields[7], fields[4], fields[5])
    precision = Int(depth & 0x7F) + 1
    isSigned = depth & 0x80 != 0
    guard steps == 0x0101, size.remaining == 0, area.left < area.right, area.top < area.bottom,
      tile.width > 0, tile.height > 0, tile.left <= area.left, tile.top <= area.top,
      tile.left + tile.width > area.left, tile.top + tile.height > area.top
    else { throw markers.malformed("the JPEG 2000 image and tile sizes are malformed") }
    var coding: Coding?
    while true {
      let start = markers.offset
      let marker = try markers.marker()
      if marker == 0xFF90 {
        tilesOffset = start
        break
      }
      coding = try JPEG2000Coding.read(marker, &markers) ?? coding
    }
    guard let coding else { throw markers.malformed("the JPEG 2000 image has no coding style") }
    self.coding = coding
    guard tilesAcross <= Self.mostTiles, tilesDown <= Self.mostTiles,
      tilesAcross * tilesDown <= Self.mostTiles
    else {
      throw DICOMError(
        .imageTooLarge, .pixelData, "the JPEG 2000 image has more than \(Self.mostTiles) tiles")
    }
  }

  /// The number of packets of a tile: layers times precincts (T.800 B.6, B.9).
  func packets(ofTile index: Int, _ coding: Coding) -> Int {
    let left = max(tile.left + (index % tilesAcross) * tile.width, area.left)
    let top = max(tile.top + (index / tilesAcross) * tile.height, area.top)
    let right = min(tile.left + (index % tilesAcross + 1) * tile.width, area.right)
    let bottom = min(tile.top + (index / tilesAcross + 1) * tile.height, area.bottom)
    func count(_ from: Int, _ to: Int, _ scale: Int, _ precinct: Int) -> Int {
      let first = (from + (1 << scale) - 1) >> scale
      let end = (to + (1 << scale) - 1) >> scale
      return first < end ? ((end + (1 << precinct) - 1) >> precinct) - (first >> precinct) : 0
    }
    let levels = coding.precincts.count - 1
    var precincts = 0
    for (resolution, size) in coding.precincts.enumerated() {
      precincts +=
        count(left, right, levels - resolution, size.width)
        * count(top, bottom, levels - resolution, size.height)
    }
    return precincts * coding.layers
  }
}
