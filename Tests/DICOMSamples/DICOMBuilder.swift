import DICOM

/// Writes small DICOM files byte by byte, right or wrong, by PS3.5 7.1 and PS3.10 7.1.
///
/// It shares no code with the reader: tags and VRs are spelled as numbers and letters.
package struct DICOMBuilder {
  package enum Encoding { case implicitLittle, explicitLittle, explicitBig }

  package var encoding = Encoding.explicitLittle
  package var transferSyntax = "1.2.840.10008.1.2.1"
  /// Elements of the data set in the order written; replaced by tag with `set`.
  package var elements: [(tag: UInt32, bytes: [UInt8])] = []

  private var isBig: Bool { encoding == .explicitBig }

  package func uint16(_ value: UInt16) -> [UInt8] {
    let little = [UInt8(value & 255), UInt8(value >> 8)]
    return isBig ? little.reversed() : little
  }

  package func uint32(_ value: UInt32) -> [UInt8] {
    let little = (0..<4).map { UInt8(value >> (8 * UInt32($0)) & 255) }
    return isBig ? little.reversed() : little
  }

  package func tag(_ tag: UInt32) -> [UInt8] {
    uint16(UInt16(tag >> 16)) + uint16(UInt16(tag & 0xFFFF))
  }

  /// Tag, VR and length as the encoding writes them.
  package func header(_ code: UInt32, _ vr: String, length: UInt32) -> [UInt8] {
    if encoding == .implicitLittle { return tag(code) + uint32(length) }
    let isLong = ["OB", "OW", "SQ", "UN", "UT", "OF", "UC", "UR"].contains(vr)
    return tag(code) + Array(vr.utf8)
      + (isLong ? [0, 0] + uint32(length) : uint16(UInt16(length)))
  }

  package func element(_ code: UInt32, _ vr: String, _ value: [UInt8]) -> [UInt8] {
    header(code, vr, length: UInt32(value.count)) + value
  }

  package mutating func set(_ code: UInt32, _ vr: String, _ value: [UInt8]) {
    setBytes(code, element(code, vr, value))
  }

  package mutating func setBytes(_ code: UInt32, _ bytes: [UInt8]) {
    remove(code)
    let position = elements.firstIndex { $0.tag > code } ?? elements.count
    elements.insert((code, bytes), at: position)
  }

  package mutating func remove(_ code: UInt32) { elements.removeAll { $0.tag == code } }

  package mutating func set(_ code: UInt32, _ vr: String, text: String) {
    var bytes = Array(text.utf8)
    if bytes.count % 2 == 1 { bytes.append(vr == "UI" ? 0 : 0x20) }
    set(code, vr, bytes)
  }

  package mutating func set(_ code: UInt32, _ number: UInt16) { set(code, "US", uint16(number)) }

  /// An image whose cells are `cells`, 16 bits each, with the attributes that RSNA's files have.
  package init(
    _ encoding: Encoding = .explicitLittle, rows: Int, columns: Int, cells: [UInt16],
    stored: UInt16 = 16, signed: Bool = false, slope: String = "1", intercept: String = "-1024"
  ) {
    self.encoding = encoding
    transferSyntax =
      switch encoding {
      case .implicitLittle: "1.2.840.10008.1.2"
      case .explicitLittle: "1.2.840.10008.1.2.1"
      case .explicitBig: "1.2.840.10008.1.2.2"
      }
    set(0x0008_0018, "UI", text: "ID_0000f1657")
    set(0x0008_0060, "CS", text: "CT")
    set(0x0010_0020, "LO", text: "ID_patient")
    set(0x0020_000D, "UI", text: "ID_study")
    set(0x0020_000E, "UI", text: "ID_series")
    set(0x0020_0032, "DS", text: "-125\\-126.5\\35")
    set(0x0020_0037, "DS", text: "1\\0\\0\\0\\0.927184\\-0.374607")
    set(0x0028_0002, 1)
    set(0x0028_0004, "CS", text: "MONOCHROME2")
    set(0x0028_0010, UInt16(rows))
    set(0x0028_0011, UInt16(columns))
    set(0x0028_0030, "DS", text: "0.5\\0.625")
    set(0x0028_0100, 16)
    set(0x0028_0101, stored)
    set(0x0028_0102, stored - 1)
    set(0x0028_0103, signed ? 1 : 0)
    set(0x0028_1050, "DS", text: "00036\\00036")
    set(0x0028_1051, "DS", text: "00080\\00080")
    set(0x0028_1052, "DS", text: intercept)
    set(0x0028_1053, "DS", text: slope)
    set(0x7FE0_0010, "OW", cells.flatMap { uint16($0) })
  }

  /// Makes Pixel Data encapsulated: an offset table and fragments, then the delimitation item.
  package mutating func encapsulate(
    _ fragments: [[UInt8]], offsets: [UInt32] = [], transferSyntax: String
  ) {
    self.transferSyntax = transferSyntax
    let item: UInt32 = 0xFFFE_E000
    let table = offsets.flatMap { uint32($0) }
    var value = tag(item) + uint32(UInt32(table.count)) + table
    for fragment in fragments {
      value += tag(item) + uint32(UInt32(fragment.count)) + fragment
    }
    value += tag(0xFFFE_E0DD) + uint32(0)
    setBytes(0x7FE0_0010, header(0x7FE0_0010, "OB", length: UInt32.max) + value)
  }

  package var dataSet: [UInt8] { elements.flatMap(\.bytes) }

  /// Preamble, group 0002 in explicit little endian, and `dataSet` (or `body` in its place).
  package func file(body: [UInt8]? = nil) -> [UInt8] {
    var meta = DICOMBuilder()
    meta.set(0x0002_0010, "UI", text: transferSyntax)
    meta.set(0x0002_0012, "UI", text: "1.2.3.4.5")
    let group = meta.dataSet
    let length = meta.element(0x0002_0000, "UL", meta.uint32(UInt32(group.count)))
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + group
      + (body ?? dataSet)
  }

  private init() {}
}

/// The code with which a file is refused; `nil` where it is not.
package func refusal(_ bytes: [UInt8]) -> DICOMError.Code? {
  do throws(DICOMError) {
    _ = try DICOMReader.read(bytes)
    return nil
  } catch {
    return error.code
  }
}
