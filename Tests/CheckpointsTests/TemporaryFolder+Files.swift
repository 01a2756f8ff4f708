import Foundation
import TestFolders

extension TemporaryFolder {
  func write(_ bytes: some Sequence<UInt8>, as name: String = "file.safetensors") throws -> URL {
    let file = url.appending(path: name)
    try Data(bytes).write(to: file)
    return file
  }

  var contents: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false))) ?? []
  }
}
