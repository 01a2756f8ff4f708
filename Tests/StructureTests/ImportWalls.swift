import Foundation

/// The walls of the architecture, held against the `import` lines.
enum ImportWalls {
  struct Wall {
    let modules: Set<String>
    let sentence: String
    /// Whether a file at this path may not import `modules`.
    let forbids: @Sendable (String) -> Bool
  }

  static let numerics = [
    "TensorCore", "ComputeGraph", "NeuralLayers", "Models", "Training", "OneDNNBackend",
    "OpenBLASBackend",
  ]
  static let backends = ["OneDNNBackend", "OpenBLASBackend"]
  /// Where a backend may be chosen: executables that users call.
  static let choosers = ["ichor-probe", "ichor-bench"]

  static let walls: [Wall] = [
    Wall(
      modules: ["PipelineContract", "PipelineConfiguration", "PipelineDriver", "StageCommand"],
      sentence: "numerics know nothing of the pipeline",
      forbids: { path in inside(path, numerics) }),
    Wall(
      modules: Set(backends),
      sentence: "only a stage executable, the probe or the bench chooses a backend",
      forbids: { path in path.hasPrefix("Sources/") && !inside(path, backends + choosers) }),
    Wall(
      modules: ["COneDNN"], sentence: "oneDNN's C interface stands behind OneDNNBackend only",
      forbids: { path in !inside(path, ["OneDNNBackend"]) && !path.hasPrefix("Tests/OneDNN") }),
    Wall(
      modules: ["COpenBLAS"],
      sentence: "OpenBLAS' C interface stands behind OpenBLASBackend and the fit of merge weights",
      forbids: { path in
        !inside(path, ["OpenBLASBackend", "Ensembling"]) && !path.hasPrefix("Tests/OpenBLAS")
      }),
    Wall(
      modules: ["CPNG"], sentence: "libpng's C interface stands behind PNG only",
      forbids: { path in !inside(path, ["PNG"]) && !path.hasPrefix("Tests/PNG") }),
    Wall(
      modules: ["CZlib"], sentence: "zlib's C interface stands behind DICOM and PNG only",
      forbids: { path in
        !inside(path, ["DICOM", "PNG"]) && !path.hasPrefix("Tests/DICOM")
          && !path.hasPrefix("Tests/PNG")
      }),
    Wall(
      modules: ["PipelineDriver"], sentence: "stages know nothing of the driver",
      forbids: { path in !inside(path, ["PipelineDriver", "ichor-driver"]) && !isTest(path) }),
  ]

  static func violations(in tree: SourceTree) -> [Violation] {
    tree.swift.flatMap { path, text in
      imports(of: text).flatMap { line, module in
        walls.filter { $0.modules.contains(module) && $0.forbids(path) }.map {
          Violation(place: "\(path):\(line)", sentence: "imports \(module), but \($0.sentence)")
        }
      }
    }
  }

  /// Imported modules with their line; attributes, access levels and submodules don't hide one.
  static func imports(of text: String) -> [(line: Int, module: String)] {
    var found: [(line: Int, module: String)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count else {
        continue
      }
      let before = words[..<position]
      guard
        before.allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "package"].contains($0) })
      else { continue }
      var name = words[position + 1]
      let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      if kinds.contains(String(name)), position + 2 < words.count { name = words[position + 2] }
      found.append((index + 1, String(name.prefix { $0 != "." && $0 != ";" })))
    }
    return found
  }

  private static func inside(_ path: String, _ modules: [String]) -> Bool {
    modules.contains { path.hasPrefix("Sources/\($0)/") }
  }

  private static func isTest(_ path: String) -> Bool { path.hasPrefix("Tests/") }
}
