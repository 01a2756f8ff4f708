import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import Testing

@testable import Phantom

/// Small collections, generated once for all tests: four training and two test patients, a
/// quarter of the resolution and of the slices.
struct GeneratedCollections: Sendable {
  static let resolution: PhantomResolution = {
    var resolution = PhantomResolution()
    resolution.matrix = 96
    resolution.planes = 1
    resolution.spacingFactor = 3
    return resolution
  }()
  static let parameters = PhantomParameters(
    seed: 7, trainPatients: 4, testPatients: 2, bleedingFraction: 0.5)

  let summary: PhantomGenerator.Summary
  /// Contents of every file, by relative path; the folder itself is gone.
  let contents: [String: Data]

  static let shared = Result { try generate(parameters, threads: 2) }

  static func generate(_ parameters: PhantomParameters, threads: Int) throws -> Self {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ichor-phantom-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let summary = try PhantomGenerator.generate(
      parameters, into: folder,
      context: JobContext(logger: Logger(label: "test"), threads: threads),
      resolution: resolution)
    var contents: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      var isFolder: ObjCBool = false
      let file = folder.appendingPathComponent(path)
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue { contents[path] = try Data(contentsOf: file) }
    }
    return Self(summary: summary, contents: contents)
  }

  func lines(of name: String) throws -> [String] {
    let text = String(decoding: try #require(contents[name]), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }

  /// The elements of every file of one collection.
  func files(of collection: String) throws -> [[Element]] {
    try contents.filter { $0.key.hasPrefix(collection + "/") }.sorted { $0.key < $1.key }
      .map { try #require(elements(of: $0.value)) }
  }
}
