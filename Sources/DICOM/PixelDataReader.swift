/// Pixel Data to stored values, by the header and the transfer syntax.
enum PixelDataReader {
  static func read(
    _ table: AttributeTable, _ header: DICOMHeader, _ syntax: TransferSyntax,
    quirks: inout QuirkList
  ) throws(DICOMError) -> [Int32] {
    let decoder = try syntax.decoder()
    let samples: [Int32]
    switch (table.pixelData, decoder) {
    case (.native(let value), nil):
      samples = try native(value, table, header, quirks: &quirks)
    case (.encapsulated(let data), .some(let decoder)):
      samples = try encapsulated(data, table, header, decoder, quirks: &quirks)
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
    if header.format.bitsStored == 32, !header.format.isSigned, samples.contains(where: { $0 < 0 })
    {
      throw DICOMError(.valueOutOfRange, .pixelData, "holds values of 2147483648 or more")
    }
    return samples
  }

  private static func native(
    _ value: AttributeValue, _ table: AttributeTable, _ header: DICOMHeader,
    quirks: inout QuirkList
  ) throws(DICOMError) -> [Int32] {
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
    return [Int32](unsafeUninitializedCapacity: samples) { buffer, count in
      let target = UnsafeMutableBufferPointer(rebasing: buffer[..<samples])
      StoredSamples.extract(cells, order, header.format, into: target)
      count = samples
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
      throw DICOMError(.unexpectedVR, .pixelData, "has another VR than OB or OW")
    }
    guard encoding.bigEndian else { return .little }
    return isWide ? .big : value.vr == .ow ? .swappedPairs : .little
  }

  private static func encapsulated(
    _ data: EncapsulatedPixelData, _ table: AttributeTable, _ header: DICOMHeader,
    _ decoder: any PixelDecoder.Type, quirks: inout QuirkList
  ) throws(DICOMError) -> [Int32] {
    let shape = FrameShape(rows: header.rows, columns: header.columns, format: header.format)
    let frames = try data.frames(header.numberOfFrames, in: table.bytes, quirks: &quirks)
    let needed = header.numberOfFrames * shape.bytes
    guard needed / decoder.largestExpansion <= data.codedBytes else {
      throw DICOMError(
        .pixelDataShort, .pixelData,
        "has \(data.codedBytes) coded bytes, which cannot become \(needed)")
    }
    var samples: [Int32] = []
    samples.reserveCapacity(header.numberOfFrames * shape.samples)
    var cells = [UInt8](repeating: 0, count: shape.bytes)
    for fragments in frames {
      let result = cells.withUnsafeMutableBytes { cells in
        withCodestream(of: fragments, in: table.bytes) { codestream in
          Result { () throws(DICOMError) in
            try decoder.decode(codestream, shape, into: cells)
          }
        }
      }
      try result.get()
      cells.withUnsafeBytes { cells in
        samples.append(
          contentsOf: [Int32](unsafeUninitializedCapacity: shape.samples) { buffer, count in
            let target = UnsafeMutableBufferPointer(rebasing: buffer[..<shape.samples])
            StoredSamples.extract(cells, .little, shape.format, into: target)
            count = shape.samples
          })
      }
    }
    return samples
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
