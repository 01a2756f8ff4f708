import Foundation
import Logging
import Testing

@testable import StageCommand

@Suite("Stage log")
struct StageLogTests {
  @Test("Each event is one JSON object per line; warnings reach the terminal as well")
  func lines() throws {
    let folder = try TemporaryFolder()
    let transcript = Transcript()
    let url = folder.url.appending(path: "log.jsonl")
    let file = try StageLogFile(at: url, program: "ichor-split", terminal: transcript.terminal)
    let logger = file.logger()
    logger.debug("not kept")
    logger.info("read\nlabels", metadata: ["rows": "12", "path": "a\"b"])
    logger.warning("row ignored", metadata: ["line": "7"])

    let text = try String(contentsOf: url, encoding: .utf8)
    let rows = try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(rows.map { $0["message"] as? String } == ["read\nlabels", "row ignored"])
    #expect(rows.map { $0["level"] as? String } == ["info", "warning"])
    #expect(rows.first?["metadata"] as? [String: String] == ["rows": "12", "path": "a\"b"])
    #expect(transcript.text == "ichor-split: warning: row ignored (line=7)\n")
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let url: URL
  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "ichor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }
}
