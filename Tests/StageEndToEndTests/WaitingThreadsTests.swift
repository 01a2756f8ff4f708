import Foundation
import Testing

extension EndToEnd {
  @Suite("Threads that wait for each other")
  struct WaitingThreadsTests {
    /// The environment of a program that computes, as the system has it, once it is at work.
    private func environment(without: [String], with more: [String]) throws -> [Substring] {
      let folder = FileManager.default.temporaryDirectory
      let running = try RunningProcess(
        URL(filePath: "/usr/bin/env"),
        without.flatMap { ["-u", $0] } + more
          + [
            BuiltExecutables.url("ichor-bench").path, "train", "--model", "resnet18", "--size",
            "64", "--batch", "2", "--steps", "100000",
          ], in: folder)
      defer {
        running.send(SIGKILL)
        _ = try? running.wait()
      }
      let place = "/proc/\(running.processIdentifier)"
      // Some threads: it has come further than the place where it may start itself again.
      for _ in 0..<600 {
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "\(place)/task").count
        if threads ?? 0 > 2 { break }
        Thread.sleep(forTimeInterval: 0.05)
      }
      let bytes = try Data(contentsOf: URL(filePath: "\(place)/environ"))
      return String(decoding: bytes, as: UTF8.self).split(separator: "\0")
    }

    private static let settings = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"]

    @Test("They spin shortly by themselves", .enabled(if: isLinux))
    func short() throws {
      #expect(try environment(without: Self.settings, with: []).contains("GOMP_SPINCOUNT=2000"))
    }

    @Test(
      "What the user has set stays", .enabled(if: isLinux),
      arguments: [
        "OMP_WAIT_POLICY=active", "GOMP_SPINCOUNT=7",
      ])
    func own(setting: String) throws {
      let found = try environment(without: Self.settings, with: [setting])
      #expect(
        found.filter { $0.hasPrefix("GOMP") || $0.hasPrefix("OMP_WAIT") }.map(String.init) == [
          setting
        ])
    }
  }
}

#if os(Linux)
  private let isLinux = true
#else
  private let isLinux = false
#endif
