import Deflation

/// The checksum that a file of ours carries in its metadata: CRC-32 of everything that it holds.
///
/// It covers the header as this module writes it, without the checksum and white space, and the data.
/// Other programs see one more string; a file without it is read unchecked.
struct FileChecksum {
  static let key = "ichor.crc32"

  private var crc32: CRC32

  /// Begins with the header; the tensors' bytes are to be added in the order of their places.
  init(_ entries: [SafeTensorsHeader.Entry], _ metadata: [String: String]) {
    crc32 = CRC32(of: SafeTensorsHeader.json(entries, metadata))
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) { crc32.add(bytes) }

  var text: String { crc32.text }
}
