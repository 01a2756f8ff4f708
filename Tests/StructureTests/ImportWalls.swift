import Foundation

/// The walls between the floors, derived from the folders: a new module is guarded by where it lies.
enum ImportWalls {
  /// What each floor may import besides its own modules, lowest floor first.
  static let floors: [(name: String, imports: Set<String>)] = [
    ("CLibraries", []),
    ("Base", ["CLibraries"]),
    ("Imaging", ["CLibraries", "Base"]),
    ("Engine", ["CLibraries", "Base"]),
    ("Pipeline", ["CLibraries", "Base"]),
    ("Learning", ["Base", "Imaging", "Engine"]),
    ("Stages", ["Base", "Imaging", "Engine", "Pipeline", "Learning"]),
    ("Tools", ["Base", "Imaging", "Engine", "Pipeline", "Learning", "Stages"]),
  ]
  /// Modules of this floor do not import one another.
  static let separate: Set<String> = ["Stages"]

  /// The one module that chooses between the backends, and who calls it.
  static let chooser = "BackendChoice"
  private static func mayChoose(_ path: String) -> Bool {
    ["stages/", "Sources/Tools/ichor-", "Tests/"].contains(where: path.hasPrefix)
  }

  /// Backends are the modules of Engine whose names say so.
  private static func isBackend(_ module: String) -> Bool { module.hasSuffix("Backend") }

  static func violations(in tree: SourceTree) -> [Violation] {
    let homes = homes(of: tree)
    var found: [Violation] = []
    var users: [String: [String: String]] = [:]
    for (path, text) in tree.swift where !path.hasPrefix("Benchmarks/") {
      let own = module(of: path)
      for (line, module) in imports(of: text) {
        guard let floor = homes[module], module != own else { continue }
        let place = "\(path):\(line)"
        if let sentence = forbidden(module, on: floor, from: path) {
          found.append(Violation(place: place, sentence: "imports \(module), but \(sentence)"))
        }
        if floor == "CLibraries", path.hasPrefix("Sources/") {
          users[module, default: [:]][own] = users[module]?[own] ?? place
        }
      }
    }
    for (library, places) in users.sorted(by: { $0.key < $1.key }) where places.count > 1 {
      found.append(
        Violation(
          place: places.values.sorted().joined(separator: ", "),
          sentence: "import \(library), but each C library is behind one module"))
    }
    return found
  }

  /// Why a file may not import a module, `nil` where it may.
  private static func forbidden(_ module: String, on floor: String, from path: String) -> String? {
    if path.hasPrefix("Sources/") {
      let own = String(path.split(separator: "/")[1])
      guard let rule = floors.first(where: { $0.name == own }) else {
        return "\(own) is no floor"
      }
      if floor == own, separate.contains(own) {
        return "modules of \(own) do not import each other"
      }
      if floor != own, !rule.imports.contains(floor) {
        return "\(own) does not import from \(floor)"
      }
    } else if path.hasPrefix("stages/"), floor == "CLibraries" {
      return "a stage's executable knows no C library"
    }
    if module == chooser, !mayChoose(path) {
      return "only an executable chooses a backend"
    }
    let mayImportBackend =
      self.module(of: path) == chooser || isBackend(self.module(of: path))
      || path.hasPrefix("Tests/") || path.hasPrefix("Sources/Tools/")
    if isBackend(module), !mayImportBackend { return "\(chooser) chooses the backend" }
    return nil
  }

  /// The floor of every module below `Sources`.
  static func homes(of tree: SourceTree) -> [String: String] {
    var homes: [String: String] = [:]
    for floor in tree.children(of: "Sources") {
      for module in tree.children(of: "Sources/\(floor)") { homes[module] = floor }
    }
    return homes
  }

  private static func module(of path: String) -> String {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[2]) : ""
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
}
