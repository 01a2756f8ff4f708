import DICOMSamples
import Testing

@testable import DICOM

@Suite struct EncapsulatedTests {
  private static let rle = "1.2.840.10008.1.2.5"

  private func header(_ starts: [UInt32]) -> [UInt8] {
    let numbers = [UInt32(starts.count)] + starts
    let padded = numbers + [UInt32](repeating: 0, count: 16 - numbers.count)
    return padded.flatMap { number in (0..<4).map { UInt8(number >> (8 * UInt32($0)) & 255) } }
  }

  /// 2 by 3 cells 0x0101, 0x0102, 0x0103, 0x0207, 0x0207, 0x0207, packed by hand.
  private var frame: [UInt8] {
    let high: [UInt8] = [254, 1, 128, 254, 2, 128]
    let low: [UInt8] = [2, 1, 2, 3, 254, 7]
    return header([64, 70]) + high + low
  }
  private let values: [Int32] = [0x0101, 0x0102, 0x0103, 0x0207, 0x0207, 0x0207]

  private func image(
    _ fragments: [[UInt8]], offsets: [UInt32] = [], frames: Int = 1
  ) -> [UInt8] {
    var builder = DICOMBuilder(rows: 2, columns: 3, cells: [])
    if frames > 1 { builder.set(0x0028_0008, "IS", text: "\(frames)") }
    builder.encapsulate(fragments, offsets: offsets, transferSyntax: Self.rle)
    return builder.file()
  }

  @Test func runLengths() throws {
    #expect(try DICOMReader.read(image([frame])).raw == values)
    #expect(try DICOMReader.read(image([frame], offsets: [0])).raw == values)
  }

  @Test func framesAndFragments() throws {
    let halves = [Array(frame[..<40]), Array(frame[40...])]
    #expect(try DICOMReader.read(image(halves)).raw == values)
    #expect(try DICOMReader.read(image([frame, frame], frames: 2)).raw == values + values)
    // Three fragments for two frames: only the offset table can tell.
    let split = halves + [frame]
    #expect(refusal(image(split, frames: 2)) == .offsetTableInvalid)
    let second = UInt32(frame.count + 16)
    #expect(
      try DICOMReader.read(image(split, offsets: [0, second], frames: 2)).raw == values + values)
    #expect(refusal(image(split, offsets: [0, 2], frames: 2)) == .offsetTableInvalid)
    #expect(refusal(image(split, offsets: [0, 9999], frames: 2)) == .offsetTableInvalid)
    #expect(refusal(image([frame], frames: 2)) == .pixelDataShort)
    let odd = try DICOMReader.read(image([frame], offsets: [2]))
    #expect(odd.raw == values)
    #expect(odd.quirks == [.offsetTableIgnored])
  }

  @Test func brokenRunLengths() {
    #expect(refusal(image([Array(frame[..<63])])) == .rleMalformed)
    #expect(refusal(image([header([64]) + [5, 1, 2, 3, 4, 5, 6]])) == .rleMalformed)
    #expect(refusal(image([header([64, 70, 76]) + frame[64...]])) == .rleMalformed)
    #expect(refusal(image([header([64, 64]) + frame[64...]])) == .rleMalformed)
    #expect(refusal(image([header([64, 9000]) + frame[64...]])) == .rleMalformed)
    #expect(refusal(image([header([64, 66]) + [251, 1, 127, 1, 2]])) == .rleMalformed)
    // A run, then literals, that go past the last pixel.
    #expect(refusal(image([header([64, 66]) + [250, 1, 251, 7]])) == .rleMalformed)
    #expect(
      refusal(image([header([64, 66]) + [251, 1, 6, 1, 2, 3, 4, 5, 6, 7]])) == .rleMalformed)
    // One byte of padding passes, more does not.
    #expect(refusal(image([header([64, 66]) + [251, 1, 251, 7, 0]])) == nil)
    #expect(refusal(image([header([64, 66]) + [251, 1, 251, 7, 0, 0]])) == .rleMalformed)
  }

  @Test func brokenFragments() {
    let good = image([frame])
    for length in good.indices {
      #expect(refusal(Array(good[..<length])) != nil, "a prefix of \(length) bytes was read")
    }
    var builder = DICOMBuilder(rows: 2, columns: 3, cells: [])
    let open = builder.header(0x7FE0_0010, "OB", length: UInt32.max)
    builder.transferSyntax = Self.rle
    let item = builder.tag(0xFFFE_E000)
    builder.setBytes(0x7FE0_0010, open + item + builder.uint32(UInt32.max))
    #expect(refusal(builder.file()) == .fragmentMalformed)
    builder.setBytes(0x7FE0_0010, open + item + builder.uint32(0x7FFF_FFF0) + [0, 0])
    #expect(refusal(builder.file()) == .fragmentMalformed)
    builder.setBytes(0x7FE0_0010, open + builder.tag(0xFFFE_E0DD) + builder.uint32(0))
    #expect(refusal(builder.file()) == .fragmentMalformed)
  }

  @Test func deflatedDataSet() throws {
    var builder = DICOMBuilder(rows: 2, columns: 3, cells: [6, 5, 4, 3, 2, 1])
    builder.transferSyntax = "1.2.840.10008.1.2.1.99"
    let file = builder.file(body: SeedFiles.deflate(builder.dataSet))
    #expect(try DICOMReader.read(file).raw == [6, 5, 4, 3, 2, 1])
    #expect(try DICOMReader.readHeader(file).rows == 2)
    for length in file.indices {
      #expect(refusal(Array(file[..<length])) != nil, "a prefix of \(length) bytes was read")
    }
    let bomb = SeedFiles.deflate(builder.dataSet + [UInt8](repeating: 0, count: 20 << 20))
    #expect(refusal(builder.file(body: bomb)) == .deflateTooLarge)
  }
}
