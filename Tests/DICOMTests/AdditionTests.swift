import DICOMSamples
import Testing

@testable import DICOM

/// What else a data set may hold changes neither values nor header.
@Suite struct AdditionTests {
  /// Standard, private and retired tags outside the allow-list, before and after Pixel Data.
  private static let tags: [UInt32] = [
    0x0008_0000, 0x0008_0070, 0x0009_0010, 0x0009_1001, 0x0009_10FF, 0x0010_0000, 0x0011_0010,
    0x0018_0050, 0x0019_1003, 0x0020_0013, 0x0020_4000, 0x0028_0000, 0x0028_0106, 0x0029_0010,
    0x0029_1010, 0x0040_0275, 0x0054_0220, 0x0088_0200, 0x4001_0010, 0x6000_0010, 0x7FE0_0000,
    0x7FE1_0010, 0x7FE1_1001, 0xFFFC_FFFC,
  ]

  private func value(
    _ builder: DICOMBuilder, _ generator: inout SplitMix, depth: Int
  ) -> (vr: String, bytes: [UInt8]) {
    let random = (0..<2 * generator.next(below: 9)).map { _ in
      UInt8(generator.next(below: 256))
    }
    let plain = ["UN", "LO", "OB", "OW", "UT", "ST", "US", "FD"]
    guard depth < 4, generator.next(below: 3) == 0 else {
      return (plain[generator.next(below: plain.count)], random)
    }
    // Items have their own Rows and Pixel Data: only those of the top level count.
    var items: [UInt8] = []
    for _ in 0..<generator.next(below: 3) {
      let inner = value(builder, &generator, depth: depth + 1)
      let content =
        builder.element(0x0028_0010, "US", builder.uint16(99))
        + element(0x0040_0275, inner, builder, &generator)
        + builder.element(0x7FE0_0010, "OW", [1, 2, 3, 4])
      items += builder.tag(0xFFFE_E000)
      if generator.next(below: 2) == 0 {
        items += builder.uint32(UInt32(content.count)) + content
      } else {
        items += builder.uint32(UInt32.max) + content
        items += builder.tag(0xFFFE_E00D) + builder.uint32(0)
      }
    }
    return ("SQ", items)
  }

  private func element(
    _ tag: UInt32, _ value: (vr: String, bytes: [UInt8]), _ builder: DICOMBuilder,
    _ generator: inout SplitMix
  ) -> [UInt8] {
    guard value.vr == "SQ", generator.next(below: 2) == 0 else {
      return builder.element(tag, value.vr, value.bytes)
    }
    return builder.header(tag, "SQ", length: UInt32.max) + value.bytes
      + builder.tag(0xFFFE_E0DD) + builder.uint32(0)
  }

  @Test(arguments: [
    DICOMBuilder.Encoding.implicitLittle, .explicitLittle, .explicitBig,
  ])
  func anyAddition(_ encoding: DICOMBuilder.Encoding) throws {
    var generator = SplitMix(state: 4)
    let plain = DICOMBuilder(encoding, rows: 3, columns: 2, cells: [6, 5, 4, 3, 2, 1])
    let expected = try DICOMReader.read(plain.file())
    for round in 0..<400 {
      var builder = plain
      for tag in Self.tags where generator.next(below: 4) == 0 {
        let value =
          tag & 0xFFFF == 0
          ? ("UL", builder.uint32(UInt32(generator.next(below: 1 << 30))))
          : value(builder, &generator, depth: 0)
        // A sequence in Data Set Trailing Padding would be no padding.
        let vr = tag == 0xFFFC_FFFC ? "OB" : value.0
        builder.setBytes(tag, element(tag, (vr, value.1), builder, &generator))
      }
      var file = builder.file()
      for index in 0..<128 { file[index] = UInt8(generator.next(below: 256)) }
      let image = try DICOMReader.read(file)
      #expect(image.raw == expected.raw, "round \(round)")
      #expect(image.header == expected.header, "round \(round)")
      #expect(image.quirks.isEmpty, "round \(round)")
    }
  }
}
