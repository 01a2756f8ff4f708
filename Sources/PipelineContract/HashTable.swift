import Foundation

/// The lines of a `HashMemory`, packed and sorted by name: a million take some 90 MB.
struct HashTable: Sendable {
  private var names = PackedStrings()
  private var stamps: [ContentStamp] = []
  /// 32 bytes each.
  private var hashes: [UInt8] = []
  private var order: [Int32] = []

  /// Reads a file; an empty table where there is none.
  init(_ file: URL) {
    reserve(file)
    HashMemoryLine.forEach(in: file) { line in
      line.forEachByte { _, byte in hashes.append(byte) }
      stamps.append(line.stamp)
      names.append(line.name)
    }
    order = names.sorted()
  }

  /// Room for whatever the file holds, so that no array is ever copied; what is not needed of it is
  /// never touched, and takes no memory.
  private mutating func reserve(_ file: URL) {
    var status = stat()
    guard stat(file.path, &status) == 0 else { return }
    let length = Int(status.st_size)
    let lines = length / HashMemoryLine.shortest + 1
    names.reserveCapacity(lines, bytes: length)
    stamps.reserveCapacity(lines)
    hashes.reserveCapacity(32 * lines)
  }

  /// The 32 bytes of the last line for a name, if its stamp is this one.
  func hash(of name: UnsafeBufferPointer<UInt8>, _ stamp: ContentStamp) -> ArraySlice<UInt8>? {
    guard let place = names.position(of: name, in: order).map({ Int(order[$0]) }),
      stamps[place] == stamp
    else { return nil }
    return hashes[place * 32..<place * 32 + 32]
  }
}
