import CLibdeflate

/// The checksum of PNG, zlib and gzip (ISO 3309), by libdeflate, at many times the speed of a disk.
///
/// It finds every damage of 32 neighbouring bits or fewer, and of four thousand million others all
/// but one. Against intent it is no protection.
package struct CRC32: Hashable, Sendable {
  /// The checksum of what was added so far.
  package private(set) var value: UInt32

  /// That of no bytes, to add some to; or one computed before.
  package init(_ value: UInt32 = 0) { self.value = value }

  package init(of bytes: UnsafeRawBufferPointer) {
    self.init()
    add(bytes)
  }

  package init(of bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    self = bytes.withUnsafeBytes { CRC32(of: $0) }
  }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    // Without an address, libdeflate begins anew.
    guard let address = bytes.baseAddress else { return }
    value = libdeflate_crc32(value, address, bytes.count)
  }

  /// Eight lower-case hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// `nil` where the characters are not those of a `text`.
  package init?(digits: some Sequence<UInt8>) {
    var value: UInt32 = 0
    var count = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - 0x57)
      default: return nil
      }
      count += 1
    }
    guard count == 8 else { return nil }
    self.init(value)
  }
}
