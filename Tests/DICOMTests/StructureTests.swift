import DICOMSamples
import Testing

@testable import DICOM

/// Sequences, nesting, private elements and what else a data set may hold besides the image.
@Suite struct StructureTests {
  private let item: UInt32 = 0xFFFE_E000
  private let itemEnd: UInt32 = 0xFFFE_E00D
  private let sequenceEnd: UInt32 = 0xFFFE_E0DD

  private func undefined(_ builder: DICOMBuilder, _ vr: String, _ content: [UInt8]) -> [UInt8] {
    builder.header(0x0088_0200, vr, length: UInt32.max) + builder.tag(item)
      + builder.uint32(UInt32.max) + content + builder.tag(itemEnd) + builder.uint32(0)
      + builder.tag(sequenceEnd) + builder.uint32(0)
  }

  @Test(arguments: [
    DICOMBuilder.Encoding.implicitLittle, .explicitLittle, .explicitBig,
  ])
  func additionsChangeNothing(_ encoding: DICOMBuilder.Encoding) throws {
    let plain = DICOMBuilder(encoding, rows: 2, columns: 2, cells: [9, 8, 7, 6])
    let expected = try DICOMReader.read(plain.file())
    var builder = plain
    // A nested image with its own Rows, in a sequence of undefined length.
    let icon =
      builder.element(0x0028_0010, "US", builder.uint16(7))
      + builder.element(0x7FE0_0010, "OW", [1, 2, 3, 4])
    builder.setBytes(0x0088_0200, undefined(builder, "SQ", icon))
    // The same in one of defined length.
    builder.set(0x0040_0275, "SQ", builder.tag(item) + builder.uint32(UInt32(icon.count)) + icon)
    builder.set(0x0008_0000, "UL", builder.uint32(77))
    builder.set(0x0009_0010, "LO", text: "MAKER")
    builder.set(0x0009_1001, "UN", [0xDE, 0xAD, 0xBE, 0xEF])
    builder.set(0xFFFC_FFFC, "OB", [0, 0, 0, 0, 0, 0])
    let image = try DICOMReader.read(builder.file())
    #expect(image.raw == expected.raw)
    #expect(image.header.rows == 2)
    #expect(image.quirks.isEmpty)
  }

  /// UN of undefined length is implicit little endian inside, whatever is outside (PS3.5 6.2.2).
  @Test(arguments: [DICOMBuilder.Encoding.explicitLittle, .explicitBig])
  func unknownOfUndefinedLength(_ encoding: DICOMBuilder.Encoding) throws {
    var builder = DICOMBuilder(encoding, rows: 1, columns: 1, cells: [5])
    var inner = builder
    inner.encoding = .implicitLittle
    let content = inner.element(0x0028_0010, "US", [9, 0])
    let sequence = undefined(inner, "UN", content).dropFirst(8)
    builder.setBytes(
      0x0088_0200, builder.header(0x0088_0200, "UN", length: UInt32.max) + sequence)
    let image = try DICOMReader.read(builder.file())
    #expect(image.raw == [5])
    #expect(image.header.rows == 1)
  }

  /// An icon may be encapsulated although the sequence around it is not.
  @Test func encapsulatedIcon() throws {
    var builder = DICOMBuilder(rows: 1, columns: 1, cells: [5])
    var icon = builder
    icon.encapsulate([[1, 2, 3, 4]], transferSyntax: "")
    let pixelData = icon.elements.last?.bytes ?? []
    builder.setBytes(0x0088_0200, undefined(builder, "SQ", pixelData))
    #expect(try DICOMReader.read(builder.file()).raw == [5])
  }

  /// 64 sequences within each other are followed, 65 are not.
  @Test(arguments: [(64, nil), (65, DICOMError.Code.nestingTooDeep), (5000, .nestingTooDeep)])
  func nesting(_ depth: Int, _ code: DICOMError.Code?) {
    var builder = DICOMBuilder(rows: 1, columns: 1, cells: [5])
    let opening =
      builder.header(0x0088_0200, "SQ", length: UInt32.max) + builder.tag(item)
      + builder.uint32(UInt32.max)
    let closing =
      builder.tag(itemEnd) + builder.uint32(0) + builder.tag(sequenceEnd) + builder.uint32(0)
    builder.setBytes(
      0x0088_0200,
      Array((0..<depth).map { _ in opening }.joined())
        + Array((0..<depth).map { _ in closing }.joined()))
    #expect(refusal(builder.file()) == code)
  }

  @Test func brokenSequences() {
    var builder = DICOMBuilder(rows: 1, columns: 1, cells: [5])
    let open = builder.header(0x0088_0200, "SQ", length: UInt32.max)
    // No end at all: the next element stands where an item should.
    builder.setBytes(0x0088_0200, open)
    #expect(refusal(builder.file()) == .sequenceMalformed)
    // An element longer than its item.
    let long = builder.element(0x0009_1001, "UN", [1, 2, 3, 4])
    builder.setBytes(
      0x0088_0200,
      open + builder.tag(item) + builder.uint32(UInt32(long.count - 2)) + long
        + builder.tag(sequenceEnd) + builder.uint32(0))
    #expect(refusal(builder.file()) == .valuePastEnd)
    // An item outside any sequence, and OB of undefined length outside Pixel Data.
    builder.setBytes(0x0088_0200, builder.tag(item) + builder.uint32(0))
    #expect(refusal(builder.file()) == .sequenceMalformed)
    builder.setBytes(0x0088_0200, builder.header(0x0088_0200, "OB", length: UInt32.max))
    #expect(refusal(builder.file()) == .undefinedLength)
    // A length that the file does not have.
    builder.setBytes(0x0088_0200, builder.header(0x0088_0200, "UN", length: 0xFFFF_FFFE))
    #expect(refusal(builder.file()) == .valuePastEnd)
  }

  /// Every strict prefix is refused, or was cut after the image.
  @Test(arguments: [
    DICOMBuilder.Encoding.implicitLittle, .explicitLittle, .explicitBig,
  ])
  func prefixes(_ encoding: DICOMBuilder.Encoding) throws {
    var builder = DICOMBuilder(encoding, rows: 4, columns: 4, cells: Array(0..<16))
    builder.setBytes(
      0x0088_0200, undefined(builder, "SQ", builder.element(0x0028_0010, "US", [1, 1])))
    let whole = builder.file()
    builder.set(0xFFFC_FFFC, "OB", [0, 0, 0, 0])
    let padded = builder.file()
    let raw = try DICOMReader.read(padded).raw
    for length in 0..<padded.count {
      let image = try? DICOMReader.read(Array(padded[..<length]))
      if length < whole.count {
        #expect(image == nil, "a prefix of \(length) bytes was read")
      } else {
        #expect(image?.raw == raw)
      }
    }
  }
}
