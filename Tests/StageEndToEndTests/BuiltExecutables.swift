import Foundation

/// The executables under test: those of the folder `ICHOR_EXECUTABLES` where it is given, as for
/// `./ichor test --coverage`; those of the release build where there is one, as `./ichor test` makes
/// it; else those built along with the tests.
enum BuiltExecutables {
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let folder: URL = {
    if let given = ProcessInfo.processInfo.environment["ICHOR_EXECUTABLES"] {
      return URL(filePath: given)
    }
    let release = repository.appending(path: ".build/release")
    if FileManager.default.isExecutableFile(atPath: release.appending(path: "ichor-driver").path) {
      return release
    }
    return repository.appending(path: ".build/debug")
  }()

  static func url(_ name: String) -> URL { folder.appending(path: name) }
}
