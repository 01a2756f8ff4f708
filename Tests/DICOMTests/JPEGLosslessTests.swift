import DICOMSamples
import Testing

@testable import DICOM

@Suite struct JPEGLosslessTests {
  /// 7 by 9 values: a ramp, jumps over the whole range, and small noise.
  private static func samples(bits: Int) -> [Int] {
    let most = (1 << bits) - 1
    return (0..<63).map { index in
      switch index % 7 {
      case 0: most
      case 1: 0
      case 2: 1 << (bits - 1)
      default: (index * 2654435761 >> 7) & most
      }
    }
  }

  private func image(
    _ codestream: [UInt8], bits: UInt16 = 16, rows: Int = 7
  ) -> [UInt8] {
    var builder = DICOMBuilder(rows: rows, columns: 9, cells: [], stored: bits)
    builder.encapsulate([codestream], transferSyntax: "1.2.840.10008.1.2.4.57")
    return builder.file()
  }

  /// The predictors' definition is written twice, here in the encoder; `Material` holds
  /// files from another encoder.
  @Test(arguments: 1...7, [12, 16])
  func everyPredictor(_ predictor: Int, _ bits: Int) throws {
    let samples = Self.samples(bits: bits)
    let encoder = JPEGLosslessEncoder(precision: bits, predictor: predictor)
    let file = image(encoder.encode(samples, rows: 7, columns: 9), bits: UInt16(bits))
    #expect(try DICOMReader.read(file).raw == samples.map(Int32.init))
  }

  @Test func restartsPointTransformAndLongCodes() throws {
    let samples = Self.samples(bits: 16)
    let lengths = [2, 2] + Array(3...16) + [16]
    for predictor in 1...7 {
      let encoder = JPEGLosslessEncoder(
        predictor: predictor, pointTransform: 3, restartRows: 2, lengths: lengths)
      let file = image(encoder.encode(samples, rows: 7, columns: 9))
      #expect(try DICOMReader.read(file).raw == samples.map { Int32(($0 >> 3) << 3) })
    }
  }

  @Test func headersThatDisagree() {
    let wide = JPEGLosslessEncoder().encode(Self.samples(bits: 16), rows: 7, columns: 9)
    #expect(refusal(image(wide)) == nil)
    #expect(refusal(image(wide, rows: 6)) == .jpegMismatch)
    let narrow = JPEGLosslessEncoder(precision: 12)
      .encode(Self.samples(bits: 12), rows: 7, columns: 9)
    #expect(refusal(image(narrow, bits: 16)) == .jpegMismatch)
    var baseline = wide
    baseline[3] = 0xC0
    #expect(refusal(image(baseline)) == .jpegUnsupported)
  }

  @Test func brokenCodestreams() {
    let good = JPEGLosslessEncoder(restartRows: 3)
      .encode(Self.samples(bits: 16), rows: 7, columns: 9)
    // Without the end marker's two bytes, and a byte of padding bits at most, all pixels are there.
    for length in 0..<good.count - 3 {
      #expect(refusal(image(Array(good[..<length]))) != nil, "cut at \(length)")
    }
    // 12 bits and a difference that leaves them: the second pixel is 4095 + 1.
    let encoder = JPEGLosslessEncoder(precision: 12)
    var samples = [Int](repeating: 4095, count: 63)
    samples[1] = 4096
    let file = image(encoder.encode(samples, rows: 7, columns: 9), bits: 12)
    #expect(refusal(file) == .jpegMalformed)
  }
}
