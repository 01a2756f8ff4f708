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
  /// - Throws: `DICOMError`: `fileMissing`, `fileUnreadable` or `fileTooLarge`; otherwise as
  ///   `read(_:)`.
  public static func read(contentsOf url: URL) throws(DICOMError) -> DICOMImage {
    try read(try FileBytes.read(url))
  }

  /// Reads the header of a file, as a rule without reading its Pixel Data.
  ///
  /// - Throws: `DICOMError`: `fileMissing`, `fileUnreadable` or `fileTooLarge`; otherwise as
  ///   `readHeader(_:)`.
  public static func readHeader(contentsOf url: URL) throws(DICOMError) -> DICOMHeader {
    let start = try FileBytes.read(url, atMost: headerBytes)
    do throws(DICOMError) {
      return try readHeader(start)
    } catch {
      guard start.count == headerBytes else { throw error }
    }
    return try readHeader(try FileBytes.read(url))
  }
}

/// Reads regular files into memory.
enum FileBytes {
  /// Reads a file, or its first `limit` bytes.
  ///
  /// - Throws: `fileMissing`, `fileUnreadable`, `fileTooLarge`.
  static func read(_ url: URL, atMost limit: Int = DICOMReader.largestFile + 1) throws(DICOMError)
    -> [UInt8]
  {
    let file: OpenFile
    let status: FileStatus
    do throws(SystemCallError) {
      // O_NONBLOCK: opening a pipe must not wait for a writer.
      file = try OpenFile(url.path, O_RDONLY | O_NONBLOCK)
      status = try file.status()
    } catch {
      throw error.number == ENOENT || error.number == ENOTDIR
        ? DICOMError(.fileMissing, "there is no such file")
        : DICOMError(.fileUnreadable, error.reason)
    }
    guard status.isRegular else {
      throw DICOMError(.fileUnreadable, "it is not a regular file")
    }
    let size = status.size
    guard size <= DICOMReader.largestFile else {
      throw DICOMError(
        .fileTooLarge, "it has \(size) bytes, more than \(DICOMReader.largestFile)")
    }
    let wanted = min(size, limit)
    var failure: SystemCallError?
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: wanted)
      do throws(SystemCallError) { count = try file.read(into: target) } catch { failure = error }
    }
    if let failure { throw DICOMError(.fileUnreadable, failure.reason) }
    return bytes
  }
}
