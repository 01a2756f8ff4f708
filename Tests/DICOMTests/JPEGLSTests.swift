import DICOMSamples
import Testing

@testable import DICOM

@Suite struct JPEGLSTests {
  private func image(
    _ codestream: [UInt8], bits: UInt16, allocated: UInt16 = 16, rows: Int = 6,
    syntax: String = "80"
  ) -> [UInt8] {
    var builder = DICOMBuilder(rows: rows, columns: 8, cells: [], stored: bits)
    builder.set(0x0028_0100, allocated)
    builder.encapsulate([codestream], transferSyntax: "1.2.840.10008.1.2.4.\(syntax)")
    return builder.file()
  }

  /// `SeedFiles` holds the other depths.
  @Test func narrowValuesInWideCells() throws {
    let raw = try DICOMReader.read(image(SampleCodestreams.jpegLS8, bits: 8)).raw
    #expect(raw == (0..<48).map { Int32(($0 * 1365) >> 8) })
  }

  /// T.87 bounds the difference by NEAR, which is 3 in this image.
  @Test func nearLossless() throws {
    let file = image(SampleCodestreams.jpegLSNear, bits: 8, allocated: 8, syntax: "81")
    let decoded = try DICOMReader.read(file)
    #expect(decoded.quirks == [.lossyCompression])
    let errors = decoded.raw.enumerated().map { abs(Int($1) - (($0 * 1365) >> 8)) }
    #expect(errors.max() == 3)
    let asLossless = image(SampleCodestreams.jpegLSNear, bits: 8, allocated: 8)
    #expect(refusal(asLossless) == .jpegMismatch)
  }

  @Test func headersThatDisagree() {
    let good = SampleCodestreams.jpegLS12
    #expect(refusal(image(good, bits: 12)) == nil)
    #expect(refusal(image(good, bits: 12, rows: 5)) == .jpegMismatch)
    #expect(refusal(image(good, bits: 13)) == .jpegMismatch)
    #expect(refusal(image(SampleCodestreams.jpegLS16, bits: 8, allocated: 8)) == .jpegMismatch)
    #expect(refusal(image(SampleCodestreams.jpeg2000, bits: 16)) == .jpegMalformed)
    // The frame header's marker, then its number of components; FFD8 FFF7 000B P Y Y X X Nf.
    var other = good
    other[3] = 0xC3
    #expect(refusal(image(other, bits: 12)) == .jpegUnsupported)
    other = good
    other[11] = 3
    #expect(refusal(image(other, bits: 12)) == .jpegMismatch)
  }

  @Test(arguments: [SampleCodestreams.jpegLS12, SampleCodestreams.jpegLSFlat])
  func brokenCodestreams(_ good: [UInt8]) throws {
    let raw = try DICOMReader.read(image(good, bits: 12)).raw
    for length in good.indices {
      let cut = try? DICOMReader.read(image(Array(good[..<length]), bits: 12))
      #expect(cut == nil || cut?.raw == raw, "cut at \(length)")
    }
    // A scan of nothing cannot be the image.
    #expect(refusal(image(Array(good[..<25]), bits: 12)) == .jpegMalformed)
  }

  /// An image that its bytes could hardly hold is refused before memory is taken for it.
  @Test func sizesBeyondBelief() {
    var builder = DICOMBuilder(rows: 60_000, columns: 1000, cells: [], stored: 12)
    builder.encapsulate(
      [SampleCodestreams.jpegLS12], transferSyntax: "1.2.840.10008.1.2.4.80")
    #expect(refusal(builder.file()) == .pixelDataShort)
  }
}
