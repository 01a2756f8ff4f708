/// Turns Pixel Data into stored values, by the header and the transfer syntax.
enum PixelDataReader {
  /// Fills `raw` with the stored values of all frames, in its present memory where the size is
  /// right.
  ///
  /// - Throws: `DICOMError` where Pixel Data is missing, short, malformed or not supported.
  static func read<Value: StoredValue>(
    _ table: AttributeTable, _ header: DICOMHeader, _ syntax: TransferSyntax,
    into raw: inout [Value], quirks: inout QuirkList
  ) throws(DICOMError) {
    let decoder = try syntax.decoder()
    switch (table.pixelData, decoder) {
    case (.native(let value), nil):
      try native(value, table, header, into: &raw, quirks: &quirks)
    case (.encapsulated(let data), .some(let decoder)):
      let shape = FrameShape(
        rows: header.rows, columns: header.columns, format: header.format,
        isLossless: syntax.isLossless)
      try encapsulated(data, table, header, shape, decoder, into: &raw, quirks: &quirks)
    case (.native, .some):
      throw DICOMError(
        .pixelDataEncapsulation, .pixelData, "is native under an encapsulated transfer syntax")
    case (.encapsulated, nil):
      throw DICOMError(
        .pixelDataEncapsulation, .pixelData,
        "has an undefined length under a native transfer syntax")
    case (.declared, _), (nil, _):
      throw DICOMError(.pixelDataMissing, .pixelData, "is absent")
    }
    if header.format.bitsStored == 32, !header.format.isSigned, raw.contains(where: { $0 < 0 }) {
      throw DICOMError(.valueOutOfRange, .pixelData, "holds values of 2147483648 or more")
    }
  }

  private static func native<Value: StoredValue>(
    _ value: AttributeValue, _ table: AttributeTable, _ header: DICOMHeader,
    into raw: inout [Value], quirks: inout QuirkList
  ) throws(DICOMError) {
    let order = try byteOrder(value, table.encoding, header.format, quirks: &quirks)
    let samples = header.numberOfFrames * header.rows * header.columns
    let exact = header.format.bytes(forSamples: samples)
    let even = exact + exact % 2
    let needed = order == .swappedPairs ? even : exact
    guard value.length >= needed else {
      throw DICOMError(
        .pixelDataShort, .pixelData,
        "has \(value.length) of \(needed) bytes (\(header.rows) by \(header.columns),"
          + " \(header.numberOfFrames) frames, \(header.format.bitsAllocated) bits)")
    }
    if value.length > even { quirks.add(.pixelDataLong) }
    let cells = table.bytes(of: value)
    fill(&raw, count: samples) { StoredSamples.extract(cells, order, header.format, into: $0) }
  }

  /// Lets `body` write `count` values, into the array's present memory where the size is right.
  private static func fill<Value: StoredValue>(
    _ raw: inout [Value], count: Int, _ body: (UnsafeMutableBufferPointer<Value>) -> Void
  ) {
    if raw.count == count {
      raw.withUnsafeMutableBufferPointer { body($0) }
      return
    }
    raw = []
    raw = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  private static func byteOrder(
    _ value: AttributeValue, _ encoding: DataSetEncoding, _ format: PixelFormat,
    quirks: inout QuirkList
  ) throws(DICOMError) -> StoredSamples.ByteOrder {
    let isWide = format.bitsAllocated > 8
    switch value.vr {
    case nil, .ow: break
    case .ob where !isWide: break
    case .ob, .un:
      // Bytes of OB and UN are never swapped, so big-endian words in them would be a guess.
      guard !encoding.bigEndian else {
        throw DICOMError(.unexpectedVR, .pixelData, "has a VR without a byte order")
      }
      quirks.add(.pixelDataVR)
    default:
      throw DICOMError(.unexpectedVR, .pixelData, "has a VR other than OB or OW")
    }
    guard encoding.bigEndian else { return .little }
    return isWide ? .big : value.vr == .ow ? .swappedPairs : .little
  }

  private static func encapsulated<Value: StoredValue>(
    _ data: EncapsulatedPixelData, _ table: AttributeTable, _ header: DICOMHeader,
    _ shape: FrameShape, _ decoder: any PixelDecoder.Type, into raw: inout [Value],
    quirks: inout QuirkList
  ) throws(DICOMError) {
    let frames = try data.frames(header.numberOfFrames, in: table.bytes, quirks: &quirks)
    let needed = header.numberOfFrames * shape.bytes
    guard
      needed <= decoder.alwaysBelieved || needed / decoder.largestExpansion <= data.codedBytes
    else {
      throw DICOMError(
        .pixelDataShort, .pixelData,
        "has \(data.codedBytes) coded bytes, which cannot become \(needed)")
    }
    var cells = [UInt8](repeating: 0, count: shape.bytes)
    // The first frame is decoded before memory is taken for all.
    for (index, fragments) in frames.enumerated() {
      let result = cells.withUnsafeMutableBytes { cells in
        withCodestream(of: fragments, in: table.bytes) { codestream in
          Result { () throws(DICOMError) in
            try decoder.decode(codestream, shape, into: cells, quirks: &quirks)
          }
        }
      }
      try result.get()
      let total = header.numberOfFrames * shape.samples
      if index == 0, raw.count != total { raw = [Value](repeating: 0, count: total) }
      cells.withUnsafeBytes { cells in
        raw.withUnsafeMutableBufferPointer { raw in
          let start = index * shape.samples
          StoredSamples.extract(
            cells, .little, shape.format,
            into: UnsafeMutableBufferPointer(rebasing: raw[start..<start + shape.samples]))
        }
      }
    }
  }

  /// A frame's fragments as one run of bytes; copied only where there are several.
  private static func withCodestream<Value>(
    of fragments: ArraySlice<Range<Int>>, in bytes: UnsafeRawBufferPointer,
    _ body: (UnsafeRawBufferPointer) -> Value
  ) -> Value {
    if fragments.count == 1, let only = fragments.first {
      return body(UnsafeRawBufferPointer(rebasing: bytes[only]))
    }
    var joined: [UInt8] = []
    for range in fragments { joined.append(contentsOf: bytes[range]) }
    return joined.withUnsafeBytes { body($0) }
  }
}
