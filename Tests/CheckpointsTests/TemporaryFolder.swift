import Foundation

/// A folder that disappears with the test that made it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "ichor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: some Sequence<UInt8>, as name: String = "file.safetensors") throws -> URL {
    let file = url.appending(path: name)
    try Data(bytes).write(to: file)
    return file
  }

  var contents: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false))) ?? []
  }
}
