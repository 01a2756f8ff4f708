/// Walks the elements of a data set once, without recursion, and fills an `AttributeTable`.
///
/// Only top-level values are kept: an Icon Image Sequence has Rows and Pixel Data of its own.
/// Sequences of defined length are stepped over; the others are walked to find their end.
struct DataSetWalker {
  /// An open sequence or item.
  private struct Level {
    enum Kind { case sequence, item }
    let kind: Kind
    /// Where it ends; `nil` where a delimitation item ends it.
    let end: Int?
    /// Where the innermost enclosing defined length ends.
    let limit: Int
    let encoding: DataSetEncoding
  }

  private struct Element {
    let tag: DICOMTag
    let vr: ValueRepresentation?
    /// `nil` where undefined.
    let length: Int?
  }

  /// How deep sequences within sequences are followed; each takes two levels, one for its item.
  static let deepestNesting = 64

  private(set) var table: AttributeTable
  private(set) var quirks: QuirkList
  private let headerOnly: Bool
  private var cursor: ByteCursor
  private var levels: [Level] = []

  init(
    _ bytes: UnsafeRawBufferPointer, from offset: Int, encoding: DataSetEncoding,
    headerOnly: Bool, quirks: QuirkList
  ) {
    table = AttributeTable(bytes, encoding: encoding)
    cursor = ByteCursor(bytes, from: offset, bigEndian: encoding.bigEndian)
    self.headerOnly = headerOnly
    self.quirks = quirks
  }

  /// Walks to the end, or to Pixel Data where only the header is wanted.
  mutating func walk() throws(DICOMError) {
    while table.pixelData == nil {
      if let level = levels.last {
        try step(in: level)
      } else if cursor.remaining == 0 {
        return
      } else {
        try topLevelElement()
      }
    }
    if !headerOnly { try trailer() }
  }

  /// One step inside an open sequence or item: its next part, or its end.
  private mutating func step(in level: Level) throws(DICOMError) {
    if cursor.offset == level.end {
      levels.removeLast()
      return
    }
    switch level.kind {
    case .sequence: try item(in: level)
    case .item: try nestedElement(in: level)
    }
  }

  private mutating func topLevelElement() throws(DICOMError) {
    let element = try header(table.encoding, limit: cursor.limit)
    let attribute = DICOMAttribute(rawValue: element.tag.code)
    if attribute == .pixelData { return try pixelData(element) }
    guard element.tag.group != DICOMTag.item.group else {
      throw DICOMError(.sequenceMalformed, "\(element.tag): stands outside a sequence")
    }
    if let attribute {
      guard let length = element.length ?? (attribute == .modalityLUTSequence ? 0 : nil) else {
        throw DICOMError(.undefinedLength, attribute, "has an undefined length")
      }
      try table.record(
        AttributeValue(
          attribute: attribute, vr: element.vr, offset: cursor.offset, length: length))
    }
    let isFunctionalGroups =
      element.tag.group == DICOMTag.functionalGroups && element.tag.element != 0
      && (element.vr == .sq || table.encoding.implicitVR)
    if element.length == nil || isFunctionalGroups {
      try openSequence(element, encoding: table.encoding, limit: cursor.limit)
    } else if let length = element.length {
      try cursor.skip(length, "\(element.tag)")
    }
  }

  private mutating func nestedElement(in level: Level) throws(DICOMError) {
    let element = try header(level.encoding, limit: level.limit)
    if element.tag == .itemDelimitation, level.end == nil {
      levels.removeLast()
      return
    }
    guard element.tag.group != DICOMTag.item.group else {
      throw DICOMError(.sequenceMalformed, "\(element.tag): stands where an element should")
    }
    if element.tag == .pixelValueTransformationSequence { table.hasFunctionalGroupRescale = true }
    if let length = element.length {
      try cursor.skip(length, "\(element.tag)")
    } else if element.tag == DICOMAttribute.pixelData.tag,
      element.vr == .ob || element.vr == .ow
    {
      // An icon may be encapsulated like the image itself.
      _ = try EncapsulatedPixelData(&cursor)
    } else {
      try openSequence(element, encoding: level.encoding, limit: level.limit)
    }
  }

  private mutating func item(in level: Level) throws(DICOMError) {
    let element = try header(level.encoding, limit: level.limit)
    switch element.tag {
    case .sequenceDelimitation where level.end == nil:
      levels.removeLast()
    case .item:
      let end = element.length.map { cursor.offset + $0 }
      levels.append(
        Level(kind: .item, end: end, limit: end ?? level.limit, encoding: level.encoding))
    default:
      throw DICOMError(.sequenceMalformed, "\(element.tag): stands where an Item should")
    }
  }

  private mutating func openSequence(
    _ element: Element, encoding: DataSetEncoding, limit: Int
  ) throws(DICOMError) {
    guard encoding.implicitVR || element.vr == .sq || element.vr == .un else {
      throw DICOMError(
        .undefinedLength, "\(element.tag): only a sequence may have an undefined length")
    }
    guard levels.count < 2 * Self.deepestNesting else {
      throw DICOMError(
        .nestingTooDeep, "\(element.tag): nested in more than \(Self.deepestNesting) sequences")
    }
    let end = element.length.map { cursor.offset + $0 }
    // UN of undefined length is an implicit little endian sequence (PS3.5 6.2.2, note 4).
    let inner = element.vr == .un ? .implicitLittleEndian : encoding
    levels.append(Level(kind: .sequence, end: end, limit: end ?? limit, encoding: inner))
  }

  /// Reads tag, VR and length, and checks that a defined length stays inside `limit`.
  private mutating func header(
    _ encoding: DataSetEncoding, limit: Int
  ) throws(DICOMError) -> Element {
    cursor.bigEndian = encoding.bigEndian
    let tag = try cursor.tag()
    var vr: ValueRepresentation?
    var declared: UInt32
    if encoding.implicitVR || tag.group == DICOMTag.item.group {
      declared = try cursor.uint32("\(tag)")
    } else {
      let first = try cursor.uint8("\(tag)")
      let second = try cursor.uint8("\(tag)")
      guard let known = ValueRepresentation(first, second) else {
        throw DICOMError(.unknownVR, "\(tag): the VR is not one of the standard's")
      }
      vr = known
      if known.hasLongLength {
        try cursor.skip(2, "\(tag)")
        declared = try cursor.uint32("\(tag)")
      } else {
        declared = UInt32(try cursor.uint16("\(tag)"))
      }
    }
    guard cursor.offset <= limit else {
      throw DICOMError(.sequenceMalformed, "\(tag): runs over the end of its item")
    }
    if declared == UInt32.max { return Element(tag: tag, vr: vr, length: nil) }
    let length = Int(declared)
    let isPixelData = levels.isEmpty && tag == DICOMAttribute.pixelData.tag
    guard isPixelData || length <= limit - cursor.offset else {
      throw DICOMError(
        .valuePastEnd,
        "\(tag): a value of \(length) bytes is declared where \(limit - cursor.offset) are left")
    }
    if length % 2 == 1 { quirks.add(.oddLength) }
    return Element(tag: tag, vr: vr, length: length)
  }

  private mutating func pixelData(_ element: Element) throws(DICOMError) {
    if headerOnly {
      table.pixelData = .declared(length: element.length)
      return
    }
    guard let length = element.length else {
      table.pixelData = .encapsulated(try EncapsulatedPixelData(&cursor))
      return
    }
    guard length <= cursor.remaining else {
      throw DICOMError(
        .pixelDataShort, .pixelData,
        "\(length) bytes are declared, but the file has \(cursor.remaining) of them")
    }
    table.pixelData = .native(
      AttributeValue(
        attribute: .pixelData, vr: element.vr, offset: cursor.offset, length: length))
    try cursor.skip(length, "\(element.tag)")
  }

  /// What follows Pixel Data: padding and signatures pass, junk is a quirk, but an attribute that
  /// describes the image is refused: a file cut before it would decode to something else.
  private mutating func trailer() throws(DICOMError) {
    while cursor.remaining > 0 {
      let element: Element
      do throws(DICOMError) {
        element = try header(table.encoding, limit: cursor.limit)
      } catch {
        return quirks.add(.trailingBytes)
      }
      if let attribute = DICOMAttribute(rawValue: element.tag.code) {
        throw attribute == .pixelData
          ? DICOMError(.duplicateAttribute, attribute, "occurs twice at the top level")
          : DICOMError(.attributeAfterPixelData, attribute, "stands after Pixel Data")
      }
      do throws(DICOMError) {
        guard element.tag.group != DICOMTag.item.group else { return quirks.add(.trailingBytes) }
        if let length = element.length {
          try cursor.skip(length, "\(element.tag)")
        } else {
          try openSequence(element, encoding: table.encoding, limit: cursor.limit)
        }
        while let level = levels.last { try step(in: level) }
      } catch {
        return quirks.add(.trailingBytes)
      }
    }
  }
}
