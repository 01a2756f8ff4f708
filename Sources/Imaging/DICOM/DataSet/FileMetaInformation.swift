/// Preamble and group 0002, and where the data set begins (PS3.10 7.1).
struct FileMetaInformation {
  private(set) var transferSyntaxUID: String?
  private(set) var dataSetOffset = 0

  /// Reads group 0002, which is explicit little endian and ends by tag: its length is often wrong.
  init(_ bytes: UnsafeRawBufferPointer, quirks: inout QuirkList) throws(DICOMError) {
    let hasPreamble = Self.hasPreamble(bytes)
    if !hasPreamble {
      guard Self.beginsWithElement(bytes) else {
        throw DICOMError(.notDICOM, "the file has no DICM at byte 128 and no element at its start")
      }
      quirks.add(.preambleMissing)
    }
    var cursor = ByteCursor(bytes, from: hasPreamble ? 132 : 0)
    let start = cursor.offset
    var declaredEnd: Int?
    while Self.isMetaGroup(cursor) {
      let tag = try cursor.tag()
      let value = try Self.value(of: tag, &cursor)
      if tag == .transferSyntaxUID {
        guard transferSyntaxUID == nil else {
          throw DICOMError(.duplicateAttribute, "\(tag): occurs twice")
        }
        if value.last == 0x20 { quirks.add(.uidPadding) }
        transferSyntaxUID = AttributeText.identifier(value).text
      }
      if tag == .metaGroupLength, value.count == 4 {
        let length = UInt32(littleEndian: value.loadUnaligned(as: UInt32.self))
        declaredEnd = cursor.offset + Int(length)
      }
    }
    dataSetOffset = cursor.offset
    if dataSetOffset == start {
      quirks.add(.metaMissing)
    } else if declaredEnd != dataSetOffset {
      quirks.add(.metaGroupLength)
    }
    if transferSyntaxUID?.isEmpty == true { transferSyntaxUID = nil }
    if transferSyntaxUID == nil { quirks.add(.transferSyntaxMissing) }
  }

  private static func value(
    of tag: DICOMTag, _ cursor: inout ByteCursor
  ) throws(DICOMError) -> UnsafeRawBufferPointer {
    let first = try cursor.uint8("\(tag)")
    let second = try cursor.uint8("\(tag)")
    guard let vr = ValueRepresentation(first, second) else {
      throw DICOMError(.unknownVR, "\(tag): the VR is not one of the standard's")
    }
    var length = 0
    if vr.hasLongLength {
      try cursor.skip(2, "\(tag)")
      let declared = try cursor.uint32("\(tag)")
      guard declared != UInt32.max else {
        throw DICOMError(.undefinedLength, "\(tag): group 0002 may not have undefined lengths")
      }
      length = Int(declared)
    } else {
      length = Int(try cursor.uint16("\(tag)"))
    }
    guard length <= cursor.remaining else {
      throw DICOMError(
        .valuePastEnd,
        "\(tag): a value of \(length) bytes is declared where \(cursor.remaining) are left")
    }
    let start = cursor.offset
    try cursor.skip(length, "\(tag)")
    return UnsafeRawBufferPointer(rebasing: cursor.bytes[start..<cursor.offset])
  }

  private static func isMetaGroup(_ cursor: ByteCursor) -> Bool {
    cursor.remaining >= 2 && cursor.bytes[cursor.offset] == 2
      && cursor.bytes[cursor.offset + 1] == 0
  }

  private static func hasPreamble(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 132 && bytes[128..<132].elementsEqual([0x44, 0x49, 0x43, 0x4D])
  }

  /// Whether the first bytes are the tag of group 0002, or of group 0008 in either byte order.
  private static func beginsWithElement(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 8 else { return false }
    let isMeta =
      bytes[0] == 2 && bytes[1] == 0 && ValueRepresentation(bytes[4], bytes[5]) != nil
    let isLittle = bytes[0] == 8 && bytes[1] == 0
    let isBig = bytes[0] == 0 && bytes[1] == 8
    return isMeta || isLittle || isBig
  }
}
