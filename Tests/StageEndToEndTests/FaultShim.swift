import Foundation

/// `faults/shim.c`, which makes a file operation of a process fail: built once, for tests.
struct FaultShim {
  private let library: URL

  /// `nil` where there is no C compiler, or no way to load a library into another program.
  static let built: FaultShim? = {
    #if os(Linux)
      let library = FileManager.default.temporaryDirectory
        .appending(path: "ichor-shim-\(getpid()).so")
      let source = BuiltExecutables.repository.appending(path: "faults/shim.c")
      for compiler in ["cc", "clang"] {
        let run = try? RunningProcess(
          URL(filePath: "/usr/bin/env"),
          [compiler, "-O1", "-shared", "-fPIC", "-o", library.path, source.path, "-ldl"],
          in: FileManager.default.temporaryDirectory
        ).wait()
        guard run?.status == 0 else { continue }
        atexit {
          try? FileManager.default.removeItem(
            at: FileManager.default.temporaryDirectory.appending(path: "ichor-shim-\(getpid()).so"))
        }
        return FaultShim(library: library)
      }
    #endif
    return nil
  }()

  /// The environment of a program that meets a fault, such as `read:3:EIO`, on a path with the text.
  func environment(_ fault: String, on path: String) -> [String: String] {
    [
      "LD_PRELOAD": library.path, "FAULT": fault, "FAULT_PATH": path,
      "SWIFT_BACKTRACE": "enable=no",
    ]
  }

  /// The environment of a program that counts its operations into a file.
  func counting(into file: URL, on path: String) -> [String: String] {
    ["LD_PRELOAD": library.path, "FAULT_COUNTS": file.path, "FAULT_PATH": path]
  }
}
