import DICOMSamples
import Testing

@testable import DICOM

@Suite struct RefusalTests {
  private let builder = DICOMBuilder(rows: 2, columns: 2, cells: [1, 2, 3, 4])

  private func code(_ change: (inout DICOMBuilder) -> Void) -> DICOMError.Code? {
    var changed = builder
    change(&changed)
    return refusal(changed.file())
  }

  private func quirks(_ change: (inout DICOMBuilder) -> Void) throws -> [DICOMQuirk] {
    var changed = builder
    change(&changed)
    let image = try DICOMReader.read(changed.file())
    #expect(image.raw == [1, 2, 3, 4])
    return image.quirks
  }

  @Test func everyRequiredAttributeIsMissed() {
    #expect(refusal(builder.file()) == nil)
    let required: [UInt32] = [
      0x0028_0002, 0x0028_0004, 0x0028_0010, 0x0028_0011, 0x0028_0100, 0x0028_0101, 0x0028_0102,
      0x0028_0103,
    ]
    for tag in required { #expect(code { $0.remove(tag) } == .attributeMissing) }
    #expect(code { $0.remove(0x0028_1052) } == .rescaleMissing)
    #expect(code { $0.remove(0x0028_1053) } == .rescaleMissing)
    #expect(code { $0.remove(0x7FE0_0010) } == .pixelDataMissing)
  }

  @Test(arguments: [
    "0", "-0.0", "nan", "inf", "1e999", "0x1", "1,5", "", "1 2", "1\\1", "1e", ".", "--1",
    "1e300",
  ])
  func unusableSlopes(_ slope: String) {
    let found = code { $0.set(0x0028_1053, "DS", text: slope) }
    #expect(found == (slope.isEmpty ? .attributeMissing : .rescaleInvalid))
  }

  @Test func bitsThatDoNotFit() {
    #expect(code { $0.set(0x0028_0100, 13) } == .valueOutOfRange)
    #expect(code { $0.set(0x0028_0101, 17) } == .valueOutOfRange)
    #expect(code { $0.set(0x0028_0101, 0) } == .valueOutOfRange)
    #expect(code { $0.set(0x0028_0102, 14) } == .valueOutOfRange)
    #expect(code { $0.set(0x0028_0102, 60000) } == .valueOutOfRange)
    #expect(code { $0.set(0x0028_0103, 2) } == .valueOutOfRange)
    #expect(code { $0.set(0x0028_0010, 0) } == .valueOutOfRange)
  }

  @Test func coloursAndLookUpTables() {
    #expect(code { $0.set(0x0028_0002, 3) } == .colour)
    #expect(code { $0.set(0x0028_0004, "CS", text: "RGB") } == .colour)
    #expect(code { $0.set(0x0028_0004, "CS", text: "PALETTE COLOR") } == .paletteColour)
    #expect(code { $0.set(0x0028_3000, "SQ", []) } == .modalityLUT)
  }

  /// A rescale inside a functional group, in sequences of defined and of undefined length.
  @Test func enhancedObjects() {
    var defined = builder
    let rescale = defined.element(0x0028_9145, "SQ", [])
    let item = defined.tag(0xFFFE_E000) + defined.uint32(UInt32(rescale.count)) + rescale
    defined.set(0x5200_9229, "SQ", item)
    #expect(refusal(defined.file()) == .functionalGroupRescale)
    var undefined = builder
    undefined.setBytes(
      0x5200_9230,
      undefined.header(0x5200_9230, "SQ", length: UInt32.max)
        + undefined.tag(0xFFFE_E000) + undefined.uint32(UInt32.max) + rescale
        + undefined.tag(0xFFFE_E00D) + undefined.uint32(0)
        + undefined.tag(0xFFFE_E0DD) + undefined.uint32(0))
    #expect(refusal(undefined.file()) == .functionalGroupRescale)
  }

  @Test func pixelDataShortKeepsTheIdentifiers() {
    var short = builder
    short.set(0x7FE0_0010, "OW", [1, 0, 2, 0, 3, 0])
    #expect {
      try DICOMReader.read(short.file())
    } throws: {
      let error = $0 as? DICOMError
      return error?.code == .pixelDataShort
        && error?.identifiers
          == DICOMIdentifiers(
            sopInstanceUID: "ID_0000f1657", patientID: "ID_patient",
            studyInstanceUID: "ID_study", seriesInstanceUID: "ID_series")
    }
    // The header alone is as good as any.
    #expect((try? DICOMReader.readHeader(short.file()))?.pixelDataLength == 6)
  }

  @Test func framesThatAreNotThere() {
    #expect(code { $0.set(0x0028_0008, "IS", text: "2") } == .pixelDataShort)
    #expect(code { $0.set(0x0028_0008, "IS", text: "2147483647") } == .imageTooLarge)
    #expect(code { $0.set(0x0028_0008, "IS", text: "1A") } == .valueMalformed)
    #expect(code { $0.set(0x0028_0008, "IS", text: "-1") } == .valueMalformed)
  }

  @Test func duplicatesAndDisorder() {
    let twice = builder.dataSet + builder.element(0x7FE0_0010, "OW", [0, 0])
    #expect(refusal(builder.file(body: twice)) == .duplicateAttribute)
    let rows = builder.element(0x0028_0010, "US", [2, 0])
    #expect(refusal(builder.file(body: rows + builder.dataSet)) == .duplicateAttribute)
    #expect(refusal(builder.file(body: builder.dataSet + rows)) == .attributeAfterPixelData)
  }

  @Test func transferSyntaxes() {
    #expect(code { $0.transferSyntax = "1.2.840.10008.1.2.4.51" } == .transferSyntaxUnsupported)
    #expect(code { $0.transferSyntax = "1.2.3" } == .transferSyntaxUnknown)
    #expect(code { $0.transferSyntax = "1.2.840.10008.1.2.5" } == .pixelDataEncapsulation)
    let native = code { $0.encapsulate([[0, 0]], transferSyntax: "1.2.840.10008.1.2.1") }
    #expect(native == .pixelDataEncapsulation)
  }

  @Test func quirksAreReported() throws {
    #expect(try quirks { $0.set(0x0028_1051, "DS", text: "0\\0") } == [.windowInvalid])
    #expect(try quirks { $0.set(0x0028_2110, "CS", text: "01") } == [.lossyCompression])
    #expect(try quirks { $0.set(0x0028_2110, "CS", text: "00") } == [])
    #expect(try quirks { $0.set(0x0028_0008, "IS", text: "0") } == [.numberOfFramesZero])
    #expect(try quirks { $0.set(0x0020_0032, "DS", text: "1\\2") } == [.geometryInvalid])
    #expect(
      try quirks { $0.set(0x0020_0037, "DS", text: "1\\0\\0\\1\\0\\0") } == [.geometryInvalid])
    #expect(try quirks { $0.set(0x0028_0030, "DS", text: "0.5\\-1") } == [.geometryInvalid])
    #expect(
      try quirks { $0.set(0x7FE0_0010, "OW", [1, 0, 2, 0, 3, 0, 4, 0, 9, 9]) } == [.pixelDataLong])
    #expect(
      try quirks { $0.set(0x0010_0020, "LO", text: "a\u{1B}[2J") } == [.identifierUnprintable])
    #expect(
      try quirks {
        $0.set(0x0028_0101, 12)
        $0.set(0x0028_0102, 11)
        $0.set(0x0028_1052, "DS", text: "0")
      } == [.wrappedTwelveBit])
    #expect(
      try quirks {
        $0.set(0x0008_0060, "CS", text: "MR")
        $0.remove(0x0028_1052)
        $0.remove(0x0028_1053)
      } == [.rescaleAbsent])
    // A syntax that lies about its VRs is found out; none at all is sniffed.
    #expect(try quirks { $0.transferSyntax = "1.2.840.10008.1.2" } == [.transferSyntaxMismatch])
    #expect(try quirks { $0.transferSyntax = "" } == [.transferSyntaxMissing])
    let bare = try DICOMReader.read(builder.dataSet)
    #expect(bare.raw == [1, 2, 3, 4])
    #expect(bare.quirks == [.preambleMissing, .metaMissing, .transferSyntaxMissing])
  }

  @Test func codesAreDistinctAndKebabCase() {
    for code in DICOMError.Code.allCases.map(\.rawValue) + DICOMQuirk.allCases.map(\.rawValue) {
      #expect(code.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
    }
  }
}
