import Diagnostics
import Foundation
import Logging
import Testing

/// A folder for one test alone, removed afterwards.
final class LabelFixture {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("labels-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, to name: String) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file
  }

  static let subtypes = [
    "epidural", "intraparenchymal", "intraventricular", "subarachnoid", "subdural", "any",
  ]

  /// Six rows of an image in RSNA's order, positive for the subtypes given.
  static func rows(_ id: String, _ positive: Set<String> = []) -> String {
    subtypes.map { subtype in
      let is1 = subtype == "any" ? !positive.isEmpty : positive.contains(subtype)
      return "\(id)_\(subtype),\(is1 ? 1 : 0)\n"
    }.joined()
  }

  static let context = JobContext(
    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, threads: 1)
}

/// The error that the body throws.
func refusal(_ body: () throws -> Void) throws -> IchorError {
  try #require(throws: IchorError.self, performing: body)
}
