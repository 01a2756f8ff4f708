import Deflation
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem

/// Lengths and CRC-32 of the files of a finished shard, so that a later run can tell whether they are
/// still what was written.
struct ShardChecksums: Equatable {
  /// Path inside the staging folder to its line.
  private(set) var files: [String: Entry] = [:]

  struct Entry: Equatable {
    let bytes: Int
    let crc32: CRC32
  }

  /// Adds a file by reading it.
  ///
  /// - Throws: `IchorError` where it can't be read.
  mutating func add(_ path: String, in folder: URL) throws {
    files[path] = try Self.entry(of: folder.appendingPathComponent(path))
  }

  /// The first of the files that is not there or not as it was; `nil` where all are.
  ///
  /// - Throws: `IchorError(.inputOutput)` where the disk fails.
  func firstDamaged(in folder: URL) throws -> String? {
    for (path, wanted) in files.sorted(by: { $0.key < $1.key }) {
      let file = folder.appendingPathComponent(path)
      // Without reading it, where the length says enough.
      guard FileStatus(at: file.path)?.size == wanted.bytes else { return path }
      if try Self.entry(of: file) != wanted { return path }
    }
    return nil
  }

  private static func entry(of file: URL) throws -> Entry {
    do {
      let opened = try OpenFile(file.path, O_RDONLY)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
      defer { buffer.deallocate() }
      var (bytes, crc32) = (0, CRC32())
      while true {
        let count = try opened.read(into: buffer)
        if count == 0 { return Entry(bytes: bytes, crc32: crc32) }
        bytes += count
        crc32.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    } catch {
      throw IchorError(reading: file.path, error)
    }
  }
}

/// Their form on disk: a line `CRC32 BYTES PATH` for each file, sorted by path.
extension ShardChecksums {
  func write(to file: URL) throws {
    let lines = self.files.sorted { $0.key < $1.key }
      .map { "\($1.crc32.text) \($1.bytes) \($0)\n" }
    try DurableFile.write(Data(lines.joined().utf8), to: file)
  }

  /// `nil` where there is no such file, or it is damaged.
  ///
  /// - Throws: `IchorError(.inputOutput)` where the disk fails.
  init?(from file: URL) throws {
    guard FileStatus(at: file.path) != nil else { return nil }
    let text: String
    do {
      text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    } catch {
      throw IchorError(reading: file.path, error)
    }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, let crc32 = CRC32(digits: words[0].utf8), let bytes = Int(words[1])
      else { return nil }
      files[String(words[2])] = Entry(bytes: bytes, crc32: crc32)
    }
  }
}
