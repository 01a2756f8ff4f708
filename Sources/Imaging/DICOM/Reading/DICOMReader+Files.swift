import Foundation
import OperatingSystem

extension DICOMReader {
  /// No slice is larger; a larger file is refused before it is read.
  public static let largestFile = 1 << 30
  /// Where most headers end; the rest of a file is read only where one is longer.
  private static let headerBytes = 32 << 10

  /// Reads and decodes a file.
  ///
  /// It is read, not mapped: a mapped file that another process cuts short would end this one.
  ///
  /// - Throws: `DICOMError`, as `read(_:)` and `fileTooLarge`, for what the file holds; `POSIXError`
  ///   where the system could not read it, which says nothing about the file.
  public static func read(contentsOf url: URL) throws -> DICOMImage {
    try read(try FileBytes.read(url))
  }

  /// Reads the header of a file, as a rule without reading its Pixel Data.
  ///
  /// - Throws: `DICOMError`, as `readHeader(_:)` and `fileTooLarge`, for what the file holds;
  ///   `POSIXError` where the system could not read it, which says nothing about the file.
  public static func readHeader(contentsOf url: URL) throws -> DICOMHeader {
    let start = try FileBytes.read(url, atMost: headerBytes)
    do throws(DICOMError) {
      return try readHeader(start)
    } catch {
      guard start.count == headerBytes else { throw error }
    }
    return try readHeader(try FileBytes.read(url))
  }
}

/// Reads regular files into memory. What fails here is the system's doing; what the bytes mean is
/// judged elsewhere.
enum FileBytes {
  /// Reads a file, or its first `limit` bytes.
  ///
  /// - Throws: `POSIXError`, or `DICOMError` with `fileTooLarge`.
  static func read(_ url: URL, atMost limit: Int = DICOMReader.largestFile + 1) throws -> [UInt8] {
    do {
      // O_NONBLOCK: opening a pipe must not wait for a writer.
      let file = try OpenFile(url.path, O_RDONLY | O_NONBLOCK)
      let status = try file.status()
      guard status.isRegular else {
        throw SystemCallError(call: "read", number: status.isFolder ? EISDIR : ENODEV)
      }
      guard status.size <= DICOMReader.largestFile else {
        throw DICOMError(
          .fileTooLarge, "it has \(status.size) bytes, more than \(DICOMReader.largestFile)")
      }
      try MachineLimits.requireRoom(for: 8 * min(status.size, limit))
      return try file.contents(atMost: min(status.size, limit))
    } catch let error as SystemCallError {
      throw POSIXError(POSIXErrorCode(rawValue: error.number) ?? .EIO)
    }
  }
}
