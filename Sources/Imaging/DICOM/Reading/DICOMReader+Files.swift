import Foundation

extension DICOMReader {
  /// No slice is larger; what is, is refused before it is read.
  public static let largestFile = 1 << 30
  /// Where most headers end; the rest of a file is read only where one is longer.
  private static let headerBytes = 32 << 10

  /// Reads and decodes a file.
  ///
  /// It is read, not mapped: a mapped file that another process cuts short would end this one.
  public static func read(contentsOf url: URL) throws(DICOMError) -> DICOMImage {
    try read(try FileBytes.read(url))
  }

  /// Reads the header of a file, as a rule without reading its Pixel Data.
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
  /// - Throws: `fileMissing`, `fileUnreadable`, `fileTooLarge`.
  static func read(_ url: URL, atMost limit: Int = DICOMReader.largestFile + 1) throws(DICOMError)
    -> [UInt8]
  {
    // O_NONBLOCK: opening a pipe must not wait for a writer.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? DICOMError(.fileMissing, "there is no such file")
        : DICOMError(.fileUnreadable, String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DICOMError(.fileUnreadable, "it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= DICOMReader.largestFile else {
      throw DICOMError(
        .fileTooLarge, "it has \(size) bytes, more than \(DICOMReader.largestFile)")
    }
    let wanted = min(size, limit)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < wanted {
        let got = Foundation.read(
          descriptor, buffer.baseAddress.map { $0 + count }, wanted - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { return }
        count += got
      }
    }
    guard failure == 0 else {
      throw DICOMError(.fileUnreadable, String(cString: strerror(failure)))
    }
    return bytes
  }
}
