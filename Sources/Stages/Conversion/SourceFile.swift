import ContentHashing
import DICOM
import Foundation
import OperatingSystem

/// Reads the collection's files into memory that is reused.
struct SourceFile {
  private(set) var bytes: [UInt8] = []
  /// How many of `bytes` belong to the file read last.
  private(set) var length = 0
  /// The stamp of the file read last.
  private(set) var stamp = ContentStamp(bytes: 0, modified: 0)

  /// Reads a whole file.
  ///
  /// - Returns: whether it can be a slice; one that is too large is not read.
  /// - Throws: `SystemCallError` where the system cannot read it.
  mutating func read(_ path: String) throws -> Bool {
    length = 0
    let file = try OpenFile(path, O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    guard status.isRegular else {
      throw SystemCallError(call: "read", number: status.isFolder ? EISDIR : ENODEV)
    }
    stamp = ContentStamp(status)
    guard status.size <= DICOMReader.largestFile else { return false }
    // A slice is decoded into some eight times its compressed size.
    try MachineLimits.requireRoom(for: 8 * (status.size - bytes.count))
    if bytes.count < status.size { bytes = [UInt8](repeating: 0, count: status.size) }
    length = try bytes.withUnsafeMutableBytes {
      try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<status.size]))
    }
    return true
  }

  /// The bytes of the file read last.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
  }

  /// SHA-256 of the file read last: the remembered one if it is unchanged, else computed now and
  /// remembered.
  func sha256(_ file: CollectionFile, _ memory: HashMemory?) throws -> String {
    if let known = file.remembered, known.stamp == stamp { return known.sha256 }
    let hash = withBytes { ContentHash.sha256(of: $0) }
    try memory?.record(hash, of: file.path, stamp)
    return hash
  }

  /// SHA-256 of a file, which is not read where its hash is remembered.
  static func sha256(
    _ file: CollectionFile, in root: URL, _ memory: HashMemory?, _ pseudonyms: Pseudonyms
  ) throws -> String {
    let url = root.appendingPathComponent(file.path)
    let stamp = FileStatus(at: url.path).map { ContentStamp($0) }
    if let known = file.remembered, known.stamp == stamp { return known.sha256 }
    let hash = try ContentHash.sha256(
      contentsOf: url, at: pseudonyms.location(of: file.path, in: root))
    if let stamp { try memory?.record(hash, of: file.path, stamp) }
    return hash
  }

  static func areEqual(
    _ first: String, _ second: String, in root: URL, _ pseudonyms: Pseudonyms
  ) throws -> Bool {
    let hashes = try [first, second].map {
      try ContentHash.sha256(
        contentsOf: root.appendingPathComponent($0), at: pseudonyms.location(of: $0, in: root))
    }
    return hashes[0] == hashes[1]
  }
}
