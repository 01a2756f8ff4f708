import DICOMSamples
import Testing

@testable import DICOM

@Suite struct JPEG2000Tests {
  private func image(
    _ codestream: [UInt8], bits: UInt16 = 16, signed: Bool = false, rows: Int = 6
  ) -> [UInt8] {
    var builder = DICOMBuilder(rows: rows, columns: 8, cells: [], stored: bits, signed: signed)
    builder.encapsulate([codestream], transferSyntax: "1.2.840.10008.1.2.4.91")
    return builder.file()
  }

  /// Bits are kept, the header's sign decides, and a quirk says so; `SeedFiles` holds equal signs.
  @Test func signsThatDisagree() throws {
    let ramp = (0..<48).map { Int32($0 * 1365) }
    let unsigned = try DICOMReader.read(image(SampleCodestreams.jpeg2000, signed: true))
    #expect(unsigned.raw == ramp.map { $0 < 32768 ? $0 : $0 - 65536 })
    #expect(unsigned.quirks == [.codestreamSign])
    let signed = try DICOMReader.read(image(SampleCodestreams.jpeg2000Signed))
    #expect(signed.raw == ramp.map { ($0 + 32768) & 0xFFFF })
    #expect(signed.quirks == [.codestreamSign])
  }

  @Test func headersThatDisagree() {
    let good = SampleCodestreams.jpeg2000
    #expect(refusal(image(good)) == nil)
    #expect(refusal(image(good, rows: 7)) == .jpegMismatch)
    #expect(refusal(image(SampleCodestreams.jpeg2000Tiled, bits: 13)) == .jpegMismatch)
    #expect(refusal(image(SampleCodestreams.jpeg2000Colour, bits: 8)) == .jpegMismatch)
    #expect(refusal(image(SampleCodestreams.jpegLS16)) == .jpegMalformed)
  }

  @Test func codingsThatAreNotExactOrNotPart1() {
    #expect(refusal(image(SampleCodestreams.jpeg2000Irreversible, bits: 12)) == .jpegUnsupported)
    var good = SampleCodestreams.jpeg2000
    // Rsiz, after FF4F FF51 0029: bit 14 is part 15, High-Throughput; bit 15 is part 2.
    for bit: UInt8 in [0x40, 0x80] {
      good[6] = bit
      #expect(refusal(image(good)) == .jpegUnsupported)
    }
  }

  /// Tiles, tile-parts and packets that do not add up never reach the decoder.
  @Test func brokenChains() throws {
    let good = SampleCodestreams.jpeg2000Tiled
    // The first SOT: FF90 000A, tile (2), length (4), part, parts.
    let part = try #require(good.indices.first { good[$0] == 0xFF && good[$0 + 1] == 0x90 })
    func broken(_ change: (inout [UInt8]) -> Void) -> DICOMError.Code? {
      var bytes = good
      change(&bytes)
      return refusal(image(bytes, bits: 12))
    }
    #expect(broken { _ in } == nil)
    #expect(broken { bytes in bytes[part + 5] = 9 } == .jpegMalformed)
    #expect(broken { bytes in bytes[part + 9] += 1 } == .jpegMalformed)
    #expect(broken { bytes in bytes[part + 6] = 0x7F } == .jpegMalformed)
    #expect(broken { bytes in bytes[part + 10] = 1 } == .jpegMalformed)
    // The last tile is taken away with all its parts.
    let last = try #require(
      good.indices.dropLast(5).first {
        good[$0] == 0xFF && good[$0 + 1] == 0x90 && good[$0 + 5] == 3
      })
    let headless = Array(good[..<last]) + [0xFF, 0xD9]
    #expect(refusal(image(headless, bits: 12)) == .jpegMalformed)
    // 65535 layers need more packets than there are bytes: COD is FF52 000F, style, order, layers.
    let coding = try #require(good.indices.first { good[$0] == 0xFF && good[$0 + 1] == 0x52 })
    #expect(
      broken { bytes in bytes.replaceSubrange(coding + 6..<coding + 8, with: [255, 255]) }
        == .jpegMalformed)
    // Tiles of 1 by 1 in an image of 6 by 8 are 48, none of which is there.
    #expect(
      broken { bytes in bytes.replaceSubrange(22..<30, with: [0, 0, 0, 1, 0, 0, 0, 1]) }
        == .jpegMalformed)
  }

  @Test(arguments: [(SampleCodestreams.jpeg2000, 16), (SampleCodestreams.jpeg2000Tiled, 12)])
  func cutCodestreams(_ good: [UInt8], _ bits: Int) {
    for length in good.indices {
      #expect(refusal(image(Array(good[..<length]), bits: UInt16(bits))) != nil, "cut at \(length)")
    }
  }

  @Test func framesBeyondBelief() {
    var builder = DICOMBuilder(rows: 2049, columns: 2048, cells: [])
    let padded = SampleCodestreams.jpeg2000 + [UInt8](repeating: 0, count: 200_000)
    builder.encapsulate([padded], transferSyntax: "1.2.840.10008.1.2.4.90")
    #expect(refusal(builder.file()) == .imageTooLarge)
  }
}
