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

  private struct Frame {
    let precision: Int
    let rows: Int
    let columns: Int
    let component: UInt8
  }

  init(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) {
    var cursor = ByteCursor(bytes, bigEndian: true)
    guard try cursor.uint16("the JPEG image") == 0xFFD8 else {
      throw Self.malformed("the codestream does not begin with a JPEG image")
    }
    var tables = [JPEGHuffmanTable?](repeating: nil, count: 4)
    var frame: Frame?
    while true {
      let marker = try Self.marker(&cursor)
      guard marker != 0xD9, marker != 0xD8, !(0xD0...0xD7).contains(marker) else {
        throw Self.malformed("the JPEG image has no scan")
      }
      let length = Int(try cursor.uint16("a JPEG segment"))
      guard length >= 2 else { throw Self.malformed("a JPEG segment has a length below 2") }
      let end = cursor.offset + length - 2
      try cursor.need(length - 2, "a JPEG segment")
      var segment = ByteCursor(bytes, from: cursor.offset, to: end, bigEndian: true)
      switch marker {
      case 0xC3:
        guard frame == nil else { throw Self.malformed("the JPEG image has two frame headers") }
        frame = try Self.frame(&segment)
      case 0xC4:
        try Self.readTables(&segment, into: &tables)
      case 0xC0...0xCF where marker != 0xC8 && marker != 0xCC:
        throw DICOMError(
          .jpegUnsupported, .pixelData, "the codestream is JPEG, but not lossless Huffman JPEG")
      case 0xDD:
        restartInterval = Int(try segment.uint16("a JPEG restart interval"))
      case 0xDA:
        guard let frame else { throw Self.malformed("a JPEG scan stands before its frame") }
        let scan = try Self.scan(&segment, frame)
        guard let table = tables[scan.table] else {
          throw Self.malformed("the JPEG scan names a Huffman table that is not there")
        }
        self.table = table
        (precision, rows, columns) = (frame.precision, frame.rows, frame.columns)
        (predictor, pointTransform) = (scan.predictor, scan.pointTransform)
        scanOffset = end
        return
      default: break
      }
      try cursor.skip(length - 2, "a JPEG segment")
    }
  }

  private static func malformed(_ message: String) -> DICOMError {
    DICOMError(.jpegMalformed, .pixelData, message)
  }

  /// The next marker's second byte; fill bytes 0xFF may stand before it.
  private static func marker(_ cursor: inout ByteCursor) throws(DICOMError) -> UInt8 {
    guard try cursor.uint8("a JPEG marker") == 0xFF else {
      throw malformed("a JPEG marker is missing")
    }
    while true {
      let byte = try cursor.uint8("a JPEG marker")
      if byte == 0 { throw malformed("a JPEG marker is missing") }
      if byte != 0xFF { return byte }
    }
  }

  private static func frame(_ segment: inout ByteCursor) throws(DICOMError) -> Frame {
    let precision = Int(try segment.uint8("the JPEG frame header"))
    let rows = Int(try segment.uint16("the JPEG frame header"))
    let columns = Int(try segment.uint16("the JPEG frame header"))
    let components = try segment.uint8("the JPEG frame header")
    guard components == 1 else {
      throw DICOMError(.jpegMismatch, .pixelData, "the JPEG image has \(components) components")
    }
    let component = try segment.uint8("the JPEG frame header")
    guard (2...16).contains(precision) else {
      throw malformed("the JPEG image has a precision of \(precision) bits")
    }
    return Frame(precision: precision, rows: rows, columns: columns, component: component)
  }

  private static func scan(
    _ segment: inout ByteCursor, _ frame: Frame
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
