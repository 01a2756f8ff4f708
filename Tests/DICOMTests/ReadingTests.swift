import DICOMSamples
import Foundation
import Testing

@testable import DICOM

@Suite struct ReadingTests {
  /// 2 by 3 cells with the extremes of 16 bits.
  static let cells: [UInt16] = [0, 1, 1024, 0x7FFF, 0x8000, 0xFFFF]

  @Test(arguments: [
    DICOMBuilder.Encoding.implicitLittle, .explicitLittle, .explicitBig,
  ])
  func unsignedInEveryEncoding(_ encoding: DICOMBuilder.Encoding) throws {
    let builder = DICOMBuilder(encoding, rows: 2, columns: 3, cells: Self.cells)
    let image = try DICOMReader.read(builder.file())
    #expect(image.raw == [0, 1, 1024, 32767, 32768, 65535])
    #expect(image.hounsfield() == [-1024, -1023, 0, 31743, 31744, 64511])
    #expect(image.quirks.isEmpty)
    #expect(image.header.transferSyntaxUID == builder.transferSyntax)
  }

  @Test(arguments: [
    DICOMBuilder.Encoding.implicitLittle, .explicitLittle, .explicitBig,
  ])
  func signedInEveryEncoding(_ encoding: DICOMBuilder.Encoding) throws {
    let builder = DICOMBuilder(encoding, rows: 2, columns: 3, cells: Self.cells, signed: true)
    #expect(try DICOMReader.read(builder.file()).raw == [0, 1, 1024, 32767, -32768, -1])
  }

  /// Bits 12 to 15 hold junk; bit 11 is the sign (PS3.5 8.1.1).
  @Test func unusedBitsAreMasked() throws {
    let cells: [UInt16] = [0xF000, 0xA7FF, 0x5800, 0x3FFF]
    let unsigned = DICOMBuilder(rows: 2, columns: 2, cells: cells, stored: 12)
    #expect(try DICOMReader.read(unsigned.file()).raw == [0, 0x7FF, 0x800, 0xFFF])
    let signed = DICOMBuilder(rows: 2, columns: 2, cells: cells, stored: 12, signed: true)
    #expect(try DICOMReader.read(signed.file()).raw == [0, 2047, -2048, -1])
  }

  /// Values of 16 bits are those of 32, and are used wherever they hold all that a format can.
  @Test(arguments: [
    (DICOMBuilder.Encoding.implicitLittle, 16, true, 15), (.explicitBig, 16, true, 15),
    (.explicitLittle, 16, false, 15), (.explicitLittle, 12, false, 11),
    (.explicitBig, 12, true, 11),
    (.explicitLittle, 12, true, 15), (.explicitLittle, 15, false, 15),
    (.explicitLittle, 1, true, 3),
  ])
  func narrowValuesAreTheSame(
    _ encoding: DICOMBuilder.Encoding, stored: Int, signed: Bool, highBit: Int
  ) throws {
    let cells = (0..<21).map { UInt16(truncatingIfNeeded: $0 * 48_271 + $0 * $0 * 977) }
    var builder = DICOMBuilder(
      encoding, rows: 3, columns: 7, cells: cells, stored: UInt16(stored), signed: signed)
    builder.set(0x0028_0102, UInt16(highBit))
    var values = StoredValues()
    let file = builder.file()
    _ = try file.withUnsafeBytes { try DICOMReader.read($0, into: &values) }
    #expect(values.isNarrow == (signed || stored < 16))
    let raw = try DICOMReader.read(file).raw
    #expect((values.isNarrow ? values.narrow.map(Int32.init) : values.wide) == raw)
    // By the standard's words: shift, mask, sign.
    let expected = cells.map { cell in
      let value = Int32(cell) >> Int32(highBit + 1 - stored) & (1 << Int32(stored) - 1)
      return signed && value >> Int32(stored - 1) == 1 ? value - 1 << Int32(stored) : value
    }
    #expect(raw == expected)
  }

  /// 12 bits stored under high bit 15: the lowest 4 bits are unused.
  @Test func highBitShifts() throws {
    var builder = DICOMBuilder(
      rows: 1, columns: 3, cells: [0x123F, 0x800A, 0xFFF0], stored: 12, signed: true)
    builder.set(0x0028_0102, 15)
    #expect(try DICOMReader.read(builder.file()).raw == [0x123, -2048, -1])
  }

  @Test func eightBitCells() throws {
    var builder = DICOMBuilder(rows: 1, columns: 3, cells: [])
    builder.set(0x0028_0100, 8)
    builder.set(0x0028_0101, 8)
    builder.set(0x0028_0102, 7)
    builder.set(0x7FE0_0010, "OB", [0, 127, 255, 0])
    #expect(try DICOMReader.read(builder.file()).raw == [0, 127, 255])
    builder.set(0x0028_0103, 1)
    #expect(try DICOMReader.read(builder.file()).raw == [0, 127, -1])
  }

  /// OW of 8-bit cells in big endian: bytes lie swapped in 16-bit words (PS3.5 8.1.1, annex D).
  @Test func eightBitCellsInBigEndianWords() throws {
    var builder = DICOMBuilder(.explicitBig, rows: 1, columns: 3, cells: [])
    builder.set(0x0028_0100, 8)
    builder.set(0x0028_0101, 8)
    builder.set(0x0028_0102, 7)
    builder.set(0x7FE0_0010, "OW", [2, 1, 0, 3])
    #expect(try DICOMReader.read(builder.file()).raw == [1, 2, 3])
  }

  @Test func thirtyTwoBitCells() throws {
    var builder = DICOMBuilder(rows: 1, columns: 2, cells: [0x5678, 0x1234, 0xFFFF, 0x7FFF])
    builder.set(0x0028_0100, 32)
    builder.set(0x0028_0101, 32)
    builder.set(0x0028_0102, 31)
    #expect(try DICOMReader.read(builder.file()).raw == [0x1234_5678, 0x7FFF_FFFF])
    builder.set(0x7FE0_0010, "OW", [0, 0, 0, 0, 0, 0, 0, 0x80])
    #expect(refusal(builder.file()) == .valueOutOfRange)
    builder.set(0x0028_0103, 1)
    #expect(try DICOMReader.read(builder.file()).raw == [0, Int32.min])
  }

  @Test func singleBitsAreTakenFromTheLowestOn() throws {
    var builder = DICOMBuilder(rows: 3, columns: 3, cells: [])
    builder.set(0x0028_0100, 1)
    builder.set(0x0028_0101, 1)
    builder.set(0x0028_0102, 0)
    builder.set(0x7FE0_0010, "OB", [0b0010_1101, 1])
    #expect(try DICOMReader.read(builder.file()).raw == [1, 0, 1, 1, 0, 1, 0, 0, 1])
  }

  @Test func framesFollowEachOther() throws {
    var builder = DICOMBuilder(rows: 1, columns: 2, cells: [1, 2, 3, 4, 5, 6])
    builder.set(0x0028_0008, "IS", text: "3")
    let image = try DICOMReader.read(builder.file())
    #expect(image.raw == [1, 2, 3, 4, 5, 6])
    #expect(image.header.numberOfFrames == 3)
    #expect(CTEligibility.reasonAgainst(image.header) == .multiFrame)
  }

  /// `python3 -c "import numpy as n; print(n.float32(n.float64(12345)*0.3-1024.7))"` -> 2678.8
  @Test func rescaleIsDoubleRoundedOnce() throws {
    let builder = DICOMBuilder(
      rows: 1, columns: 1, cells: [12345], slope: "3.0E-01", intercept: "-0001024.70")
    #expect(try DICOMReader.read(builder.file()).hounsfield() == [Float(2678.8)])
  }

  @Test func headerHoldsTheAllowList() throws {
    let builder = DICOMBuilder(.implicitLittle, rows: 2, columns: 3, cells: Self.cells)
    let header = try DICOMReader.readHeader(builder.file())
    #expect(header.sopInstanceUID == "ID_0000f1657")
    #expect(header.patientID == "ID_patient")
    #expect(header.studyInstanceUID == "ID_study")
    #expect(header.seriesInstanceUID == "ID_series")
    #expect(header.modality == "CT")
    #expect(header.imagePositionPatient == [-125, -126.5, 35])
    #expect(header.imageOrientationPatient == [1, 0, 0, 0, 0.927184, -0.374607])
    #expect(header.pixelSpacing == [0.5, 0.625])
    #expect((header.rows, header.columns) == (2, 3))
    #expect(header.windows.map(\.center) == [36, 36])
    #expect(header.windows.map(\.width) == [80, 80])
    #expect(header.pixelDataLength == 12)
    #expect(CTEligibility.reasonAgainst(header) == nil)
  }

  @Test func eligibilityNamesItsReason() throws {
    var builder = DICOMBuilder(rows: 1, columns: 1, cells: [0])
    func reason() throws -> CTEligibility.Reason? {
      CTEligibility.reasonAgainst(try DICOMReader.readHeader(builder.file()))
    }
    builder.set(0x0008_0016, "UI", text: "1.2.840.10008.5.1.4.1.1.2")
    #expect(try reason() == nil)
    builder.set(0x0008_0016, "UI", text: "1.2.840.10008.5.1.4.1.1.2.1")
    #expect(try reason() == .sopClass)
    builder.set(0x0008_0016, "UI", text: "1.2.840.10008.5.1.4.1.1.7.2")
    #expect(try reason() == .secondaryCapture)
    builder.remove(0x0008_0016)
    builder.set(0x0008_0008, "CS", text: "ORIGINAL\\PRIMARY\\LOCALIZER ")
    #expect(try reason() == .localizer)
    builder.set(0x0008_0008, "CS", text: "ORIGINAL\\PRIMARY\\AXIAL")
    #expect(try reason() == nil)
    builder.set(0x0008_0064, "CS", text: "WSD")
    #expect(try reason() == .secondaryCapture)
    builder.set(0x0008_0060, "CS", text: "MR")
    #expect(try reason() == .modality)
  }

  @Test func filesAreReadFromDisk() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ichor-dicom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // 64 KiB of a private element push Pixel Data past the part that a header read takes first.
    var builder = DICOMBuilder(rows: 2, columns: 3, cells: Self.cells)
    builder.set(0x0009_1001, "UN", [UInt8](repeating: 7, count: 64 << 10))
    let file = folder.appendingPathComponent("slice.dcm")
    try Data(builder.file()).write(to: file)
    #expect(try DICOMReader.read(contentsOf: file).raw.last == 65535)
    #expect(try DICOMReader.readHeader(contentsOf: file).rows == 2)
    let missing = folder.appendingPathComponent("none.dcm")
    #expect { try DICOMReader.read(contentsOf: missing) } throws: {
      ($0 as? POSIXError)?.code == .ENOENT
    }
    #expect { try DICOMReader.readHeader(contentsOf: folder) } throws: {
      ($0 as? POSIXError)?.code == .EISDIR
    }
  }
}
