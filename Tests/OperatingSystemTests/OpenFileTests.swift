import Foundation
import OperatingSystem
import TestFolders
import Testing

@Suite struct OpenFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ body: () throws -> Void) -> SystemCallError? {
    #expect(throws: SystemCallError.self) { try body() }
  }

  @Test func whatIsWrittenIsRead() throws {
    let path = folder.url.appendingPathComponent("file").path
    // More than a pipe or a socket takes at once, in a file that grows.
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let target = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC)
    try bytes.withUnsafeBytes { try target.write($0) }
    try target.flush()
    let source = try OpenFile(path, O_RDONLY)
    #expect(try source.status().size == 300_000 && source.status().isRegular)
    var found = [UInt8](repeating: 0, count: 400_000)
    #expect(try found.withUnsafeMutableBytes { try source.read(into: $0) } == 300_000)
    #expect(Array(found[..<300_000]) == bytes)
    #expect(try found.withUnsafeMutableBytes { try source.read(into: $0) } == 0)
    #expect(try found.withUnsafeMutableBytes { try source.read(into: $0, at: 299_990) } == 10)
    #expect(Array(found[..<10]) == Array(bytes[299_990...]))
  }

  @Test func aPipeIsReadToItsEnd() throws {
    let path = folder.url.appendingPathComponent("pipe").path
    try #require(mkfifo(path, 0o600) == 0)
    let source = try OpenFile(path, O_RDONLY | O_NONBLOCK)
    let target = try OpenFile(path, O_WRONLY)
    #expect(try !source.status().isRegular)
    try Array("abc".utf8).withUnsafeBytes { try target.write($0) }
    var found = [UInt8](repeating: 0, count: 3)
    #expect(try found.withUnsafeMutableBytes { try source.read(into: $0) } == 3)
    #expect(found == Array("abc".utf8))
  }

  @Test func failuresSayCallAndReason() throws {
    let missing = error { _ = try OpenFile("/nowhere/at/all", O_RDONLY) }
    #expect(missing?.number == ENOENT && missing?.call == "open")
    #expect(missing?.description == "open: No such file or directory")
    let file = try OpenFile(folder.write("x", to: "x").path, O_RDONLY)
    let read = error { try [1].withUnsafeBytes { try file.write($0) } }
    #expect(read?.number == EBADF && read?.call == "write")
    let write = try OpenFile("/dev/full", O_WRONLY)
    #expect(error { try [1].withUnsafeBytes { try write.write($0) } }?.number == ENOSPC)
    let directory = try OpenFile(folder.url.path, O_RDONLY)
    var byte = [UInt8](repeating: 0, count: 1)
    #expect(
      error { _ = try byte.withUnsafeMutableBytes { try directory.read(into: $0) } }?.number
        == EISDIR)
  }

  @Test func interruptedCallsAreMadeAgain() {
    var calls = 0
    let result = uninterrupted { () -> Int in
      calls += 1
      errno = EINTR
      return calls < 4 ? -1 : 7
    }
    #expect(result == 7 && calls == 4)
    let failed = uninterrupted { () -> Int in
      errno = EIO
      return -1
    }
    #expect(failed == -1)
  }

  @Test func entriesAreFilesFoldersAndLinksToFiles() throws {
    try folder.write("12", to: "place/file")
    try folder.write("1", to: "place/.hidden")
    try folder.write("1", to: "place/folder/inner")
    let place = folder.url.appendingPathComponent("place")
    func link(_ name: String, to target: String) throws {
      try FileManager.default.createSymbolicLink(
        atPath: place.appendingPathComponent(name).path, withDestinationPath: target)
    }
    try link("link", to: "file")
    try link("upwards", to: "..")
    try link("broken", to: "nothing")
    try #require(mkfifo(place.appendingPathComponent("pipe").path, 0o600) == 0)
    for status in [true, false] {
      var found: Set<String> = []
      try FolderEntries.forEach(in: place.path, status: status) { name, kind, stat in
        let text = String(decoding: name, as: UTF8.self)
        found.insert("\(text) \(kind)")
        if kind == .file, status { #expect(stat?.size == 2) }
      }
      #expect(found == ["file file", "folder folder", "link file"])
    }
    let missing = error { try FolderEntries.forEach(in: "/nowhere", status: false) { _, _, _ in } }
    #expect(missing?.number == ENOENT)
  }
}
