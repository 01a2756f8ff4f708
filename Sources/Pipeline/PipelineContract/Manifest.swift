import ContentHashing
import Foundation

/// What an artifact was made from and what it holds; no manifest, no artifact.
///
/// Canonical JSON without a clock: the same inputs, parameters and program give the same bytes.
package struct Manifest: Codable, Equatable, Sendable {
  /// Raised when the meaning of a file in any artifact changes.
  package static let currentFormatVersion = 1

  /// Something the stage read.
  package struct Input: Codable, Equatable, Sendable {
    /// The artifact, such as `convert/train`; `nil` for data from outside.
    package let artifact: String?
    /// The configuration key that names the file or folder outside, such as `data.test.dicom`.
    package let key: String?
    /// Where that file or folder was found; decides nothing, as data may move.
    package let path: String?
    /// `outputsDigest` of the artifact's manifest, the file's hash, or the folder's.
    package let sha256: String
    package let bytes: Int
    package let files: Int

    package init(artifact: StageInstance, manifest: Manifest) {
      self.artifact = artifact.description
      key = nil
      path = nil
      sha256 = manifest.outputsDigest
      bytes = manifest.outputBytes
      files = manifest.outputs.count
    }

    package init(key: String, path: String, sha256: String, bytes: Int, files: Int) {
      artifact = nil
      self.key = key
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
      self.files = files
    }

    /// The artifact or the configuration key.
    package var name: String { artifact ?? key ?? "" }
  }

  /// A file of the artifact; `path` is relative to its folder.
  package struct Output: Codable, Equatable, Sendable {
    package let path: String
    package let sha256: String
    package let bytes: Int

    package init(path: String, sha256: String, bytes: Int) {
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
    }
  }

  /// The executable that did the work.
  package struct Program: Codable, Equatable, Sendable {
    package let name: String
    /// SHA-256 of the executable file.
    package let sha256: String

    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }

    /// - Throws: `IchorError`: `.inputMissing` or `.inputOutput` where the file can't be read.
    package init(executable: URL) throws {
      name = executable.lastPathComponent
      sha256 = try ContentHash.sha256(contentsOf: executable)
    }
  }

  package let formatVersion: Int
  package let stage: Stage
  package let instance: String?
  /// Dotted key to value, only those the artifact depends on.
  package let parameters: [String: JSONValue]
  package let inputs: [Input]
  /// Sorted by path; without `manifest.json`, `run.json` and `log.jsonl`.
  package let outputs: [Output]
  package let program: Program
  /// The version of Ichor that made it, for people; `program` is what identifies the maker.
  ///
  /// `nil` before 0.2.0.
  package let ichorVersion: String?
  /// How many of each thing the outputs hold, to know without reading them; `nil` if not counted.
  package let counts: [String: Int]?

  package init(recipe: Recipe, outputs: [Output], counts: [String: Int] = [:]) {
    formatVersion = Self.currentFormatVersion
    stage = recipe.instance.stage
    instance = recipe.instance.instance
    parameters = recipe.parameters
    inputs = recipe.inputs
    self.outputs = outputs.sorted { $0.path < $1.path }
    program = recipe.program
    ichorVersion = IchorVersion.current
    self.counts = counts.isEmpty ? nil : counts
  }

  /// SHA-256 over the lines `PATH TAB SHA256 TAB BYTES NEWLINE` of the outputs.
  ///
  /// Downstream manifests bind to it, so a rerun with equal outputs makes nothing stale.
  package var outputsDigest: String {
    var text = ""
    for output in outputs { text += "\(output.path)\t\(output.sha256)\t\(output.bytes)\n" }
    return ContentHash.sha256(of: Data(text.utf8))
  }

  package var outputBytes: Int { outputs.reduce(0) { $0 &+ $1.bytes } }
}

/// Everything that decides what a stage produces.
package struct Recipe: Codable, Equatable, Sendable {
  package let formatVersion: Int
  package let stage: Stage
  private let name: String?
  package let parameters: [String: JSONValue]
  package let inputs: [Manifest.Input]
  package let program: Manifest.Program

  package init(
    _ instance: StageInstance, parameters: [String: JSONValue], inputs: [Manifest.Input],
    program: Manifest.Program
  ) {
    formatVersion = Manifest.currentFormatVersion
    stage = instance.stage
    name = instance.instance
    self.parameters = parameters
    self.inputs = inputs
    self.program = program
  }

  /// What an artifact was made from.
  package init(of manifest: Manifest) {
    formatVersion = manifest.formatVersion
    stage = manifest.stage
    name = manifest.instance
    parameters = manifest.parameters
    inputs = manifest.inputs
    program = manifest.program
  }

  package var instance: StageInstance { StageInstance(stage, name) }

  /// The recipe with its inputs described differently.
  func with(inputs: [Manifest.Input]) -> Recipe {
    Recipe(instance, parameters: parameters, inputs: inputs, program: program)
  }

  /// Whether work begun by the other recipe can be continued by this one.
  package func produces(theSameAs other: Recipe) -> Bool {
    guard instance == other.instance else { return false }
    return StaleReason.differences(from: other, to: self).isEmpty
  }
}
