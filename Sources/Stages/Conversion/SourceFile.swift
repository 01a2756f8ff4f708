import DICOM
import Foundation
import PipelineContract

/// Reads the collection's files into memory that is used again.
struct SourceFile {
  private(set) var bytes: [UInt8] = []
  /// How many of `bytes` belong to the file read last.
  private(set) var length = 0
  /// Of the file read last.
  private(set) var stamp = ContentStamp(bytes: 0, modified: 0)

  /// Reads a whole file.
  ///
  /// - Returns: `nil`, or why the file can't be read.
  mutating func read(_ path: String) -> String? {
    length = 0
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return "not a regular file"
    }
    stamp = ContentStamp(status)
    let size = Int(status.st_size)
    guard size <= DICOMReader.largestFile else { return "larger than any slice" }
    if bytes.count < size { bytes = [UInt8](repeating: 0, count: size) }
    while length < size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { Foundation.read(descriptor, $0 + length, size - length) } ?? 0
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return String(cString: strerror(errno)) }
      if count == 0 { break }
      length += count
    }
    return nil
  }

  /// The bytes of the file read last.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
  }

  /// SHA-256 of the file read last: what is remembered of it as it is, or made and remembered.
  func sha256(_ file: CollectionFile, _ memory: HashMemory?) throws -> String {
    if let known = file.remembered, known.stamp == stamp { return known.sha256 }
    let hash = withBytes { ContentHash.sha256(of: $0) }
    try memory?.record(hash, of: file.path, stamp)
    return hash
  }

  /// SHA-256 of a file that need not be read where it is remembered.
  static func sha256(
    _ file: CollectionFile, in root: URL, _ memory: HashMemory?, _ pseudonyms: Pseudonyms
  ) throws -> String {
    let url = root.appendingPathComponent(file.path)
    var status = stat()
    let stamp = stat(url.path, &status) == 0 ? ContentStamp(status) : nil
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
