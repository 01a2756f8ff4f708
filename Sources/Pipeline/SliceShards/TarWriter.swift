import Diagnostics
import Foundation

/// Writes a tar archive whose bytes depend on its members alone (POSIX.1-1988 USTAR).
///
/// Members are regular files, mode 0644, owner and group 0, time 0. The archive is complete after
/// `finish()` only.
public final class TarWriter {
  private static let block = 512
  private static let flushLength = 1 << 20
  /// What the eleven octal digits of the size field hold.
  private static let memberLimit = 0o777_7777_7777
  /// The longest name that fits into a header without its prefix field, in bytes.
  public static let nameLimit = 100

  private let file: String
  private var descriptor: Int32
  private var pending: [UInt8] = []
  private var length = 0

  /// Creates the file, replacing what is there.
  ///
  /// - Throws: `IchorError(.cannotCreate)`.
  public init(file: URL) throws {
    self.file = file.path
    descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw IchorError(
        .cannotCreate, code: "shard-cannot-create", "the shard can't be created",
        remedy: "Check that the folder exists and may be written to.", at: file.path)
    }
    pending.reserveCapacity(Self.flushLength + (1 << 18))
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Appends a file and says where its bytes stand.
  ///
  /// - Precondition: the name has 1...100 bytes of UTF-8.
  public func append(_ bytes: UnsafeRawBufferPointer, name: String) throws -> SliceExtent {
    precondition(
      (1...Self.nameLimit).contains(name.utf8.count) && bytes.count <= Self.memberLimit,
      "a member fits a USTAR header")
    appendHeader(name: name, size: bytes.count)
    let extent = SliceExtent(offset: length + pending.count, length: bytes.count)
    pending.append(contentsOf: bytes)
    pad()
    if pending.count >= Self.flushLength { try flush() }
    return extent
  }

  /// Ends the archive and has the disk hold it.
  ///
  /// - Returns: its length in bytes.
  @discardableResult
  public func finish() throws -> Int {
    pending.append(contentsOf: repeatElement(0, count: 2 * Self.block))
    try flush()
    guard fsync(descriptor) == 0 else { throw failure(errno) }
    let status = close(descriptor)
    descriptor = -1
    guard status == 0 else { throw failure(errno) }
    return length
  }

  private func appendHeader(name: String, size: Int) {
    let begin = pending.count
    pending.append(contentsOf: name.utf8)
    pending.append(contentsOf: repeatElement(0, count: Self.block - name.utf8.count))
    put("0000644", at: begin + 100)
    put("0000000", at: begin + 108)
    put("0000000", at: begin + 116)
    put(Self.octal(size, digits: 11), at: begin + 124)
    put("00000000000", at: begin + 136)
    put("0", at: begin + 156)
    put("ustar\u{0}00", at: begin + 257)
    // The checksum counts its own field as eight spaces.
    var sum = 8 * 0x20
    for byte in pending[begin...] { sum += Int(byte) }
    put(Self.octal(sum, digits: 6) + "\u{0} ", at: begin + 148)
  }

  private func put(_ text: String, at position: Int) {
    pending.replaceSubrange(position..<position + text.utf8.count, with: text.utf8)
  }

  private static func octal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private func pad() {
    let past = (length + pending.count) % Self.block
    if past > 0 { pending.append(contentsOf: repeatElement(0, count: Self.block - past)) }
  }

  private func flush() throws {
    let count = pending.count
    var done = 0
    while done < count {
      let written = pending.withUnsafeBytes { bytes in
        bytes.baseAddress.map { write(descriptor, $0 + done, count - done) } ?? 0
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure(errno) }
      done += written
    }
    length += count
    pending.removeAll(keepingCapacity: true)
  }

  private func failure(_ number: Int32) -> IchorError {
    IchorError(
      .inputOutput, code: "shard-write-failed",
      "the shard can't be written: \(String(cString: strerror(number)))",
      remedy: "Check that the disk is not full.", at: file)
  }
}
