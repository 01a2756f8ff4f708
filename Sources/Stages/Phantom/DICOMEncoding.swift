import Foundation

/// Writes the 22 attributes of an RSNA 2019 file, in little endian (PS3.5, PS3.10).
struct DICOMEncoding {
  private var bytes: [UInt8] = []
  private var isImplicit = false

  /// What one file says about its slice.
  struct Header {
    let slice, patient, study, series: String
    /// Six decimals each.
    let position: SIMD3<Double>
    let columnDirection: SIMD3<Double>
    let pixelSpacing: Double
    let matrix: Int
    let format: SeriesFormat
  }

  /// A whole file. `pixels` are the bytes of (7FE0,0010), whose declared length they get.
  static func file(_ header: Header, pixels: [UInt8]) -> Data {
    var encoding = DICOMEncoding()
    encoding.bytes.reserveCapacity(pixels.count + 2048)
    encoding.appendMeta(header)
    encoding.isImplicit = header.format.isImplicit
    encoding.appendAttributes(header)
    encoding.appendElement(0x7FE0, 0x0010, "OW", pixels)
    return Data(encoding.bytes)
  }

  private mutating func appendMeta(_ header: Header) {
    bytes = Array(repeating: 0, count: 128) + Array("DICM".utf8)
    var meta = DICOMEncoding()
    meta.appendElement(0x0002, 0x0001, "OB", [0, 1])
    meta.append(0x0002, 0x0002, "UI", "1.2.840.10008.5.1.4.1.1.2")
    meta.append(0x0002, 0x0003, "UI", header.slice)
    meta.append(
      0x0002, 0x0010, "UI", header.format.isImplicit ? "1.2.840.10008.1.2" : "1.2.840.10008.1.2.1")
    // A UID from a UUID (PS3.5 B.2), made once for this writer.
    meta.append(0x0002, 0x0012, "UI", "2.25.91404257187530116925703380513624877211")
    meta.append(0x0002, 0x0013, "SH", "ICHOR_PHANTOM_1")
    appendElement(0x0002, 0x0000, "UL", Self.littleEndian(UInt32(meta.bytes.count)))
    bytes += meta.bytes
  }

  private mutating func appendAttributes(_ header: Header) {
    let format = header.format
    let row = Self.decimal(1) + "\\" + Self.decimal(0) + "\\" + Self.decimal(0)
    let window = { (value: String) -> String in
      guard format.hasDoubleWindow else { return value }
      let padded = String(repeating: "0", count: max(0, 5 - value.count)) + value
      return padded + "\\" + padded
    }
    append(0x0008, 0x0018, "UI", header.slice)
    append(0x0008, 0x0060, "CS", "CT")
    append(0x0010, 0x0020, "LO", header.patient)
    append(0x0020, 0x000D, "UI", header.study)
    append(0x0020, 0x000E, "UI", header.series)
    append(0x0020, 0x0010, "SH", "")
    append(0x0020, 0x0032, "DS", Self.decimals(header.position))
    append(0x0020, 0x0037, "DS", row + "\\" + Self.decimals(header.columnDirection))
    append(0x0028, 0x0002, 1)
    append(0x0028, 0x0004, "CS", "MONOCHROME2")
    append(0x0028, 0x0010, header.matrix)
    append(0x0028, 0x0011, header.matrix)
    append(
      0x0028, 0x0030, "DS",
      Self.decimal(header.pixelSpacing) + "\\" + Self.decimal(header.pixelSpacing))
    append(0x0028, 0x0100, 16)
    append(0x0028, 0x0101, format.bitsStored)
    append(0x0028, 0x0102, format.bitsStored - 1)
    append(0x0028, 0x0103, format.pixelRepresentation)
    append(0x0028, 0x1050, "DS", window(format.windowCenter))
    append(0x0028, 0x1051, "DS", window(format.windowWidth))
    append(0x0028, 0x1052, "DS", String(format.rescaleIntercept))
    append(0x0028, 0x1053, "DS", "1")
  }

  private mutating func append(_ group: UInt16, _ element: UInt16, _ vr: String, _ text: String) {
    var value = Array(text.utf8)
    if value.count % 2 == 1 { value.append(vr == "UI" ? 0 : 0x20) }
    appendElement(group, element, vr, value)
  }

  private mutating func append(_ group: UInt16, _ element: UInt16, _ number: Int) {
    appendElement(group, element, "US", Self.littleEndian(UInt16(truncatingIfNeeded: number)))
  }

  private mutating func appendElement(
    _ group: UInt16, _ element: UInt16, _ vr: String, _ value: [UInt8]
  ) {
    bytes += Self.littleEndian(group) + Self.littleEndian(element)
    let length = UInt32(truncatingIfNeeded: value.count)
    if isImplicit {
      bytes += Self.littleEndian(length)
    } else {
      bytes += Array(vr.utf8)
      if vr == "OB" || vr == "OW" {
        bytes += [0, 0] + Self.littleEndian(length)
      } else {
        bytes += Self.littleEndian(UInt16(truncatingIfNeeded: value.count))
      }
    }
    bytes += value
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func decimals(_ vector: SIMD3<Double>) -> String {
    decimal(vector.x) + "\\" + decimal(vector.y) + "\\" + decimal(vector.z)
  }

  /// Six decimals, without the locale's say.
  static func decimal(_ value: Double) -> String {
    let millionths = Int((value * 1e6).rounded())
    let digits = String(millionths.magnitude % 1_000_000)
    let fraction = String(repeating: "0", count: 6 - digits.count) + digits
    return (millionths < 0 ? "-" : "") + "\(millionths.magnitude / 1_000_000).\(fraction)"
  }
}
