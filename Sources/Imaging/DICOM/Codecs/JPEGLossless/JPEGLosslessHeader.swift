/// The markers before the scan of a lossless JPEG image of one component (T.81 B.2, annex H).
struct JPEGLosslessHeader {
  private(set) var precision = 0
  private(set) var rows = 0
  private(set) var columns = 0
  /// 1 to 7 (table H.1).
  private(set) var predictor = 0
  private(set) var pointTransform = 0
  /// Samples between restart markers, 0 for none.
  private(set) var restartInterval = 0
  private(set) var table: JPEGHuffmanTable
  /// Where the entropy-coded bits begin.
  private(set) var scanOffset: Int

  init(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    var markers = JPEGMarkers(bytes, from: 0, name: "JPEG")
    guard try markers.marker() == 0xFFD8 else {
      throw markers.malformed("the codestream does not begin with a JPEG image")
    }
    var tables = [JPEGHuffmanTable?](repeating: nil, count: 4)
    var frame: JPEGFrameHeader?
    while true {
      let marker = try markers.marker()
      guard marker != 0xFFD8, marker != 0xFFD9, !(0xFFD0...0xFFD7).contains(marker) else {
        throw markers.malformed("the JPEG image has no scan")
      }
      var segment = try markers.segment()
      switch marker {
      case 0xFFC3:
        guard frame == nil else {
          throw markers.malformed("the JPEG image has two frame headers")
        }
        frame = try JPEGFrameHeader(&segment, name: markers.name)
      case 0xFFC4:
        try Self.readTables(&segment, into: &tables)
      case 0xFFC0...0xFFCF where marker != 0xFFC8 && marker != 0xFFCC:
        throw DICOMError(
          .jpegUnsupported, .pixelData, "the codestream is JPEG, but not lossless Huffman JPEG")
      case 0xFFDD:
        restartInterval = Int(try segment.uint16("a JPEG restart interval"))
      case 0xFFDA:
        guard let frame else { throw markers.malformed("a JPEG scan stands before its frame") }
        let scan = try Self.scan(&segment, frame)
        guard let table = tables[scan.table] else {
          throw markers.malformed("the JPEG scan names a Huffman table that is not there")
        }
        self.table = table
        (precision, rows, columns) = (frame.precision, frame.rows, frame.columns)
        (predictor, pointTransform) = (scan.predictor, scan.pointTransform)
        scanOffset = markers.offset
        return
      default: break
      }
    }
  }

  private static func malformed(_ message: String) -> DICOMError {
    DICOMError(.jpegMalformed, .pixelData, message)
  }

  private static func scan(
    _ segment: inout ByteCursor, _ frame: JPEGFrameHeader
  ) throws(DICOMError) -> (table: Int, predictor: Int, pointTransform: Int) {
    let components = try segment.uint8("the JPEG scan header")
    let component = try segment.uint8("the JPEG scan header")
    let table = Int(try segment.uint8("the JPEG scan header") >> 4)
    let predictor = Int(try segment.uint8("the JPEG scan header"))
    try segment.skip(1, "the JPEG scan header")
    let pointTransform = Int(try segment.uint8("the JPEG scan header") & 15)
    guard components == 1, component == frame.component, table < 4, (1...7).contains(predictor),
      pointTransform < frame.precision
    else { throw malformed("the JPEG scan header is malformed") }
    return (table, predictor, pointTransform)
  }

  private static func readTables(
    _ segment: inout ByteCursor, into tables: inout [JPEGHuffmanTable?]
  ) throws(DICOMError) {
    while segment.remaining > 0 {
      let target = Int(try segment.uint8("a JPEG Huffman table"))
      guard target < 4 else { throw malformed("a JPEG Huffman table has a bad destination") }
      var counts: [UInt8] = []
      for _ in 0..<16 { counts.append(try segment.uint8("a JPEG Huffman table")) }
      var categories: [UInt8] = []
      for _ in 0..<counts.reduce(0, { $0 + Int($1) }) {
        categories.append(try segment.uint8("a JPEG Huffman table"))
      }
      tables[target] = try JPEGHuffmanTable(counts: counts, categories: categories)
    }
  }
}
