import Foundation

/// A DICOM element as this small reader finds it.
struct Element {
  let tag: UInt32
  let vr: String
  let length: Int
  let value: [UInt8]

  var text: String { String(decoding: value, as: UTF8.self) }
  var number: Int { value.count == 2 ? Int(value[0]) | Int(value[1]) << 8 : -1 }
  /// Decimal strings without their padding.
  var decimals: [Double] {
    text.split(separator: "\\").compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
  }
}

/// Reads explicit and implicit little-endian files without sequences, independent of the module
/// that writes them; after PS3.5 7.1 and PS3.10 7.1.
func elements(of file: Data) -> [Element]? {
  let bytes = [UInt8](file)
  guard bytes.count > 132, Array(bytes[128..<132]) == Array("DICM".utf8) else { return nil }
  func little(_ at: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }
  var found: [Element] = []
  var at = 132
  var isImplicit = false
  while at < bytes.count {
    guard at + 8 <= bytes.count else { return nil }
    let tag = UInt32(little(at, 2)) << 16 | UInt32(little(at + 2, 2))
    let isMeta = tag >> 16 == 2
    var vr = ""
    var length: Int
    if isImplicit && !isMeta {
      length = little(at + 4, 4)
      at += 8
    } else {
      vr = String(decoding: bytes[at + 4..<at + 6], as: UTF8.self)
      let isLong = ["OB", "OW", "UN", "SQ", "UT"].contains(vr)
      length = isLong ? little(at + 8, 4) : little(at + 6, 2)
      at += isLong ? 12 : 8
    }
    guard at + length <= bytes.count else { return nil }
    let element = Element(tag: tag, vr: vr, length: length, value: Array(bytes[at..<at + length]))
    if tag == 0x0002_0010 {
      isImplicit = element.text.trimmingCharacters(in: ["\0"]) == "1.2.840.10008.1.2"
    }
    found.append(element)
    at += length
  }
  return found
}
