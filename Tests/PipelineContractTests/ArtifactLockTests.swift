import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing

@Suite struct ArtifactLockTests {
  private let folder: TemporaryFolder
  private let layout: ArtifactLayout
  private let split = StageInstance(.split)
  private let train = StageInstance(.train, "a")

  init() throws {
    folder = try TemporaryFolder()
    layout = ArtifactLayout(root: folder.url)
  }

  private func busy(_ mode: ArtifactLock.Mode) -> String? {
    let error = #expect(throws: IchorError.self) { try ArtifactLock(split, in: layout, mode: mode) }
    #expect(error?.kind == .busy && error?.remedy.contains("--wait") == true)
    return error?.message
  }

  @Test func aWriterIsNamedByProcessHostAndTime() throws {
    #expect(LockConflict(on: split, in: layout, with: .exclusive) == nil)
    let lock = try ArtifactLock(split, in: layout, mode: .exclusive)
    let conflict = try #require(LockConflict(on: split, in: layout, with: .shared))
    let holder = try #require(conflict.holders.first)
    // hostname and getpid say the same of this process.
    var name = [CChar](repeating: 0, count: 256)
    try #require(gethostname(&name, 255) == 0)
    #expect(holder.host == String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    #expect(holder.pid == getpid() && holder.instance == "split")
    #expect(abs(try Date(holder.since, strategy: .iso8601).timeIntervalSinceNow) < 60)
    let expected =
      "Another run holds the artifact split: process \(getpid()) on \(holder.host), since "
      + holder.since
    #expect(busy(.exclusive) == expected && busy(.shared) == expected)
    lock.release()
    #expect(LockConflict(on: split, in: layout, with: .exclusive) == nil)
    _ = try ArtifactLock(split, in: layout, mode: .exclusive)
  }

  /// The text in the lock file is that of the last writer, who has ended.
  @Test func readersAreNotTakenForTheLastWriter() throws {
    try ArtifactLock(split, in: layout, mode: .exclusive).release()
    let unknown = try ArtifactLock(split, in: layout, mode: .shared)
    #expect(busy(.exclusive) == "Another run reads the artifact split")
    let reader = try ArtifactLock(train, in: layout, mode: .exclusive, reads: [split])
    let message = busy(.exclusive)
    #expect(
      message?.hasPrefix(
        "Another run reads the artifact split: train/a (process \(getpid()) on ") == true,
      "\(message ?? "")")
    #expect(LockConflict(on: split, in: layout, with: .shared) == nil)
    reader.release()
    #expect(busy(.exclusive) == "Another run reads the artifact split")
    withExtendedLifetime(unknown) {}
  }

  /// A process that is killed leaves its text, and no lock.
  @Test func aTextWithoutALockHoldsNothing() throws {
    try ArtifactLock(split, in: layout, mode: .exclusive).release()
    #expect(try String(contentsOf: layout.lock(split), encoding: .utf8).contains("\"pid\""))
    #expect(LockConflict(on: split, in: layout, with: .shared) == nil)
    try Data("not JSON".utf8).write(to: layout.lock(split))
    let lock = try ArtifactLock(split, in: layout, mode: .shared)
    #expect(busy(.exclusive) == "Another run reads the artifact split")
    withExtendedLifetime(lock) {}
  }

  @Test func waitingSaysForWhomAndEndsWithTheLock() throws {
    let lock = try ArtifactLock(split, in: layout, mode: .exclusive)
    Thread.detachNewThread {
      usleep(500_000)
      lock.release()
    }
    var said: [String] = []
    try LockConflict.waitUntilGone(
      [(train, .exclusive), (split, .shared)], in: layout, announce: { said.append($0) },
      checkpoint: {})
    #expect(said.count == 1)
    #expect(said.first?.hasPrefix("waiting. Another run holds the artifact split: process") == true)
    #expect(LockConflict(on: split, in: layout, with: .exclusive) == nil)
  }

  @Test func aSignalEndsTheWaiting() throws {
    let lock = try ArtifactLock(split, in: layout, mode: .exclusive)
    let cancellation = Cancellation()
    cancellation.request(signal: SIGTERM)
    #expect(throws: CancelledBySignal.self) {
      try LockConflict.waitUntilGone(
        [(split, .exclusive)], in: layout, announce: { _ in }, checkpoint: cancellation.checkpoint)
    }
    withExtendedLifetime(lock) {}
  }
}
