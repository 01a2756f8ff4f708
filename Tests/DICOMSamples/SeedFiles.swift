import CZlib

/// One small valid file of each transfer syntax and kind of codestream, 6 rows by 8 columns.
///
/// Damage begins with them: in the tests, in `fuzz/mutate` and in `fuzz/run dicom`.
package enum SeedFiles {
  package static let rows = 6
  package static let columns = 8
  package static let cells = (0..<rows * columns).map { UInt16($0 * 1365) }

  package struct Seed: Sendable {
    package let name: String
    package let bytes: [UInt8]
    /// Stored values; `nil` where coding loses some.
    package let values: [Int32]?
  }

  package static var all: [Seed] {
    native + deflated + runLength + jpegLossless + jpegLS + jpeg2000
  }

  private static func ramp(bits: Int) -> [Int32] { cells.map { Int32($0 >> UInt16(16 - bits)) } }

  /// With an icon in a sequence and trailing padding.
  private static var native: [Seed] {
    [
      ("implicit", DICOMBuilder.Encoding.implicitLittle), ("explicit", .explicitLittle),
      ("big-endian", .explicitBig),
    ].map { name, encoding in
      var builder = DICOMBuilder(encoding, rows: rows, columns: columns, cells: cells, stored: 12)
      let icon = builder.element(0x0028_0010, "US", [1, 1])
      let opening = builder.header(0x0088_0200, "SQ", length: UInt32.max)
      builder.setBytes(
        0x0088_0200,
        opening + builder.tag(0xFFFE_E000) + builder.uint32(UInt32(icon.count)) + icon
          + builder.tag(0xFFFE_E0DD) + builder.uint32(0))
      builder.set(0xFFFC_FFFC, "OB", [0, 0])
      return Seed(name: name, bytes: builder.file(), values: cells.map { Int32($0 & 0xFFF) })
    }
  }

  private static var deflated: [Seed] {
    var builder = DICOMBuilder(rows: rows, columns: columns, cells: cells)
    builder.transferSyntax = "1.2.840.10008.1.2.1.99"
    return [
      Seed(
        name: "deflated", bytes: builder.file(body: deflate(builder.dataSet)),
        values: ramp(bits: 16))
    ]
  }

  private static func encapsulated(
    _ name: String, _ codestream: [UInt8], _ syntax: String, bits: UInt16 = 16,
    signed: Bool = false, values: [Int32]?
  ) -> Seed {
    var builder = DICOMBuilder(
      rows: rows, columns: columns, cells: [], stored: bits, signed: signed)
    if bits == 8 { builder.set(0x0028_0100, 8) }
    let even = codestream + [UInt8](repeating: 0, count: codestream.count % 2)
    builder.encapsulate([even], offsets: [0], transferSyntax: "1.2.840.10008.1.2.\(syntax)")
    return Seed(name: name, bytes: builder.file(), values: values)
  }

  private static var runLength: [Seed] {
    let high = cells.map { UInt8($0 >> 8) }
    let low = cells.map { UInt8($0 & 255) }
    let header: [UInt8] = [2, 0, 0, 0, 64, 0, 0, 0, 64 + 50, 0, 0, 0]
    let frame =
      header + [UInt8](repeating: 0, count: 52) + [47] + high + [128] + [23] + low[..<24] + [23]
      + low[24...]
    return [encapsulated("rle", frame, "5", values: ramp(bits: 16))]
  }

  private static var jpegLossless: [Seed] {
    [("jpeg-lossless-1", 1, 0), ("jpeg-lossless-7", 7, 2)].map { name, predictor, restartRows in
      let encoder = JPEGLosslessEncoder(predictor: predictor, restartRows: restartRows)
      let codestream = encoder.encode(cells.map(Int.init), rows: rows, columns: columns)
      return encapsulated(
        name, codestream, predictor == 1 ? "4.70" : "4.57", values: ramp(bits: 16))
    }
  }

  private static var jpegLS: [Seed] {
    let flat = [Int32](repeating: 700, count: cells.count)
    let samples = SampleCodestreams.self
    return [
      encapsulated("jpeg-ls-16", samples.jpegLS16, "4.80", values: ramp(bits: 16)),
      encapsulated("jpeg-ls-12", samples.jpegLS12, "4.80", bits: 12, values: ramp(bits: 12)),
      encapsulated("jpeg-ls-8", samples.jpegLS8, "4.80", bits: 8, values: ramp(bits: 8)),
      encapsulated("jpeg-ls-flat", samples.jpegLSFlat, "4.80", bits: 12, values: flat),
      encapsulated("jpeg-ls-near", samples.jpegLSNear, "4.81", bits: 8, values: nil),
    ]
  }

  private static var jpeg2000: [Seed] {
    let signed = ramp(bits: 16).map { $0 - 32768 }
    let samples = SampleCodestreams.self
    return [
      encapsulated("jpeg2000-16", samples.jpeg2000, "4.90", values: ramp(bits: 16)),
      encapsulated(
        "jpeg2000-signed", samples.jpeg2000Signed, "4.91", signed: true, values: signed),
      encapsulated(
        "jpeg2000-tiled", samples.jpeg2000Tiled, "4.90", bits: 12, values: ramp(bits: 12)),
      encapsulated("jpeg2000-8", samples.jpeg20008, "4.90", bits: 8, values: ramp(bits: 8)),
    ]
  }

  /// Raw deflate with zlib itself; empty where zlib fails.
  package static func deflate(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1024)
    let length = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END
          ? output.count - Int(stream.avail_out) : 0
      }
    }
    return Array(output[..<length])
  }
}
