import Deflation
import Diagnostics
import Foundation
import OperatingSystem

/// Writes a tar archive whose bytes depend on its members alone (POSIX.1-1988 USTAR).
///
/// Members are regular files, mode 0644, owner and group 0, time 0. The archive is complete only
/// after `finish()`.
public final class TarWriter {
  private static let block = 512
  private static let flushLength = 1 << 20
  /// What the eleven octal digits of the size field hold.
  private static let memberLimit = 0o777_7777_7777
  /// The longest name that fits into a header without its prefix field, in bytes.
  public static let nameLimit = 100

  private let path: String
  private let file: OpenFile
  private var pending: [UInt8] = []
  private var length = 0

  /// Creates the file, replacing what is there.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be made.
  public init(file: URL) throws {
    path = file.path
    do {
      self.file = try OpenFile(file.path, O_WRONLY | O_CREAT | O_TRUNC)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "shard-cannot-create", "the shard can't be created",
        remedy: "Check that the folder exists and may be written to.", at: file.path, cause: error)
    }
    pending.reserveCapacity(Self.flushLength + (1 << 18))
  }

  /// Appends a file and says where its bytes are.
  ///
  /// - Precondition: the name has 1...100 bytes of UTF-8.
  /// - Throws: `IchorError`: `.inputOutput` where the shard can't be written.
  public func append(_ bytes: UnsafeRawBufferPointer, name: String) throws -> SliceExtent {
    precondition(
      (1...Self.nameLimit).contains(name.utf8.count) && bytes.count <= Self.memberLimit,
      "a member fits a USTAR header")
    appendHeader(name: name, size: bytes.count)
    let extent = SliceExtent(
      offset: length + pending.count, length: bytes.count, crc32: CRC32(of: bytes).value)
    pending.append(contentsOf: bytes)
    pad()
    if pending.count >= Self.flushLength { try flush() }
    return extent
  }

  /// Ends the archive and flushes it to the disk.
  ///
  /// - Returns: its length in bytes.
  /// - Throws: `IchorError`: `.inputOutput` where the shard can't be written.
  @discardableResult
  public func finish() throws -> Int {
    pending.append(contentsOf: repeatElement(0, count: 2 * Self.block))
    try flush()
    do { try file.flush() } catch { throw failure(error) }
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
    do {
      try pending.withUnsafeBytes { try file.write($0) }
    } catch let error as SystemCallError {
      throw failure(error)
    }
    length += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  private func failure(_ error: SystemCallError) -> IchorError {
    IchorError(
      IchorError.Kind(writing: error), code: "shard-write-failed",
      "the shard can't be written: \(error.reason)", remedy: "Check that the disk is not full.",
      at: path)
  }
}
