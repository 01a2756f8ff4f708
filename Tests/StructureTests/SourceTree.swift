import Foundation

/// The text files of a repository, by path relative to its root; or a planted tree of a test.
struct SourceTree {
  var files: [String: String]
  /// Folders that hold at least one file, by relative path.
  var folders: Set<String>

  init(_ files: [String: String]) {
    self.files = files
    folders = []
    for path in files.keys {
      var parent = (path as NSString).deletingLastPathComponent
      while !parent.isEmpty {
        folders.insert(parent)
        parent = (parent as NSString).deletingLastPathComponent
      }
    }
  }

  /// The repository's own files, read once for all checks.
  static let repositoryFiles = Result { try load(repository) }

  /// Reads what the checks look at; build folders, artifacts and hidden files stay out.
  static func load(_ root: URL) throws -> SourceTree {
    var files: [String: String] = [:]
    for name in ["Package.swift", "pipeline.yaml"] {
      let url = root.appending(path: name)
      if FileManager.default.fileExists(atPath: url.path) {
        files[name] = try String(contentsOf: url, encoding: .utf8)
      }
    }
    for top in ["Sources", "Tests", "stages", "Benchmarks"] {
      let folder = root.appending(path: top)
      guard let paths = FileManager.default.enumerator(atPath: folder.path) else { continue }
      for case let path as String in paths {
        guard [".swift", ".md", ".h", ".c", ".modulemap"].contains(where: path.hasSuffix)
        else { continue }
        files["\(top)/\(path)"] = try String(
          contentsOf: folder.appending(path: path), encoding: .utf8)
      }
    }
    return SourceTree(files)
  }

  /// The repository this file was compiled from.
  static let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Swift files in path order.
  var swift: [(path: String, text: String)] { ending([".swift"]) }

  /// Swift and C files in path order.
  var code: [(path: String, text: String)] { ending([".swift", ".c", ".h"]) }

  private func ending(_ endings: [String]) -> [(path: String, text: String)] {
    files.filter { file in endings.contains(where: file.key.hasSuffix) }.sorted { $0.key < $1.key }
      .map { (path: $0.key, text: $0.value) }
  }

  /// Names of the folders directly inside `folder`.
  func children(of folder: String) -> Set<String> {
    Set(
      folders.compactMap { path in
        guard path.hasPrefix("\(folder)/") else { return nil }
        let name = path.dropFirst(folder.count + 1)
        return name.contains("/") ? nil : String(name)
      })
  }
}

/// One broken rule, with the place where it is broken.
struct Violation: Equatable, CustomStringConvertible {
  let place: String
  let sentence: String
  var description: String { "\(place): \(sentence)" }
}
