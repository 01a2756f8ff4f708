import Foundation
import Testing

@Suite("Formatting")
struct FormattingTests {
  /// Runs the tool chain's linter with the repository's rules; its findings, empty where clean.
  private func lint(_ paths: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["swift", "format", "lint", "--strict", "--recursive", "--parallel", "--configuration"]
      + [SourceTree.repository.appending(path: ".swift-format").path] + paths
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus == 0 { return "" }
    return text.isEmpty ? "swift format ended with \(process.terminationStatus)" : text
  }

  @Test("Every Swift file is formatted by the rules of .swift-format")
  func repository() throws {
    let root = SourceTree.repository
    let paths = ["Package.swift", "Sources", "Tests", "stages", "Benchmarks"]
      .map { root.appending(path: $0).path }.filter(FileManager.default.fileExists)
    #expect(try lint(paths) == "")
  }

  @Test(
    "A planted violation is found",
    arguments: ["let a=1\n", "      let a = 1\n", "let a: Int? = 1\nlet b = a!\n"])
  func planted(text: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "Planted.swift")
    try text.write(to: file, atomically: true, encoding: .utf8)
    #expect(try lint([file.path]).contains("Planted.swift"))
  }
}
