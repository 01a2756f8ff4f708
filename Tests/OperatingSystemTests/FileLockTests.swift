import Foundation
import OperatingSystem
import TestFolders
import Testing

@Suite struct FileLockTests {
  private let folder: TemporaryFolder
  private var path: String { folder.url.appendingPathComponent("lock").path }

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> OpenFile { try OpenFile(path, O_RDWR | O_CREAT) }

  @Test func oneWritesOrManyRead() throws {
    let (first, second, third) = (try open(), try open(), try open())
    #expect(try first.lock(.shared) && second.lock(.shared))
    #expect(try !third.lock(.exclusive))
    #expect(try third.conflict(with: .exclusive) == .shared)
    #expect(try third.conflict(with: .shared) == nil)
    // Its own lock stands in nobody's own way.
    #expect(try first.conflict(with: .shared) == nil)
  }

  @Test func aClosedFileHoldsNothing() throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let asking = try OpenFile(path, O_RDONLY)
    do {
      let writer = try open()
      #expect(try writer.lock(.exclusive))
      #expect(try asking.conflict(with: .shared) == .exclusive)
      withExtendedLifetime(writer) {}
    }
    #expect(try asking.conflict(with: .exclusive) == nil)
  }

  /// The kernel's own list names the file: an exclusive lock of an open file description.
  @Test func theKernelKnowsTheLock() throws {
    let writer = try open()
    #expect(try writer.lock(.exclusive))
    let inode = try writer.status().inode
    let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
    let line = locks.split(separator: "\n").first { $0.contains(":\(inode) ") }
    #expect(line?.contains("OFDLCK ADVISORY  WRITE") == true, "\(line ?? "none")")
  }
}
