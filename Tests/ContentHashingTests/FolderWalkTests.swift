import ContentHashing
import Foundation
import TestFolders
import Testing

@Suite struct FolderWalkTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A folder's files come between files whose names sort around "FOLDER/".
  @Test(arguments: [true, false]) func filesComeByTheBytesOfTheirPaths(stamps: Bool) throws {
    let paths = [
      "a", "a-b/x", "a.dcm", "b/z", "b/a/q", "b/a.q", "b/a0", "b0", "b ", "é/1", "Z", "c/c/c/c",
    ]
    for path in paths { try folder.write(path, to: path) }
    try folder.write("x", to: "b/.hidden/x")
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("empty"), withIntermediateDirectories: true)
    var found: [String] = []
    var checks = 0
    try FolderWalk(folder.url, stamps: stamps).forEachFile(checkpoint: { checks += 1 }) {
      path, stamp in
      found.append(path)
      #expect((stamp?.bytes == path.utf8.count) == stamps)
    }
    #expect(found == paths.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    // The root, a-b, b, b/a, c, c/c, c/c/c, empty and é.
    #expect(checks == 9)
  }
}
