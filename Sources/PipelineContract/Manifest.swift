import Foundation

/// What an artifact was made from and what it holds; no manifest, no artifact.
///
/// Canonical JSON without a clock: the same inputs, parameters and program give the same bytes.
public struct Manifest: Codable, Equatable, Sendable {
  /// Raised when the meaning of a file in any artifact changes.
  public static let currentFormatVersion = 1

  /// Something the stage read.
  public struct Input: Codable, Equatable, Sendable {
    /// The artifact, such as `convert/train`; `nil` for data from outside.
    public let artifact: String?
    /// The configuration key that names the file or folder outside, such as `data.test.dicom`.
    public let key: String?
    /// Where that file or folder was found; of no weight, data may move.
    public let path: String?
    /// `outputsDigest` of the artifact's manifest, the file's hash, or the folder's.
    public let sha256: String
    public let bytes: Int
    public let files: Int

    public init(artifact: StageInstance, manifest: Manifest) {
      self.artifact = artifact.description
      key = nil
      path = nil
      sha256 = manifest.outputsDigest
      bytes = manifest.outputBytes
      files = manifest.outputs.count
    }

    public init(key: String, path: String, sha256: String, bytes: Int, files: Int) {
      artifact = nil
      self.key = key
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
      self.files = files
    }

    /// The artifact or the configuration key.
    public var name: String { artifact ?? key ?? "" }
  }

  /// A file of the artifact; `path` is relative to its folder.
  public struct Output: Codable, Equatable, Sendable {
    public let path: String
    public let sha256: String
    public let bytes: Int

    public init(path: String, sha256: String, bytes: Int) {
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
    }
  }

  /// The executable that did the work.
  public struct Program: Codable, Equatable, Sendable {
    public let name: String
    /// Of the executable file.
    public let sha256: String

    public init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }

    public init(executable: URL) throws {
      name = executable.lastPathComponent
      sha256 = try ContentHash.sha256(contentsOf: executable)
    }
  }

  public let formatVersion: Int
  public let stage: Stage
  public let instance: String?
  /// Dotted key to value, only those the artifact depends on.
  public let parameters: [String: JSONValue]
  public let inputs: [Input]
  /// Sorted by path; without `manifest.json`, `run.json` and `log.jsonl`.
  public let outputs: [Output]
  public let program: Program
  /// How many of what the outputs hold, for those who don't read them; `nil` where nothing was counted.
  public let counts: [String: Int]?

  public init(recipe: Recipe, outputs: [Output], counts: [String: Int] = [:]) {
    formatVersion = Self.currentFormatVersion
    stage = recipe.instance.stage
    instance = recipe.instance.instance
    parameters = recipe.parameters
    inputs = recipe.inputs
    self.outputs = outputs.sorted { $0.path < $1.path }
    program = recipe.program
    self.counts = counts.isEmpty ? nil : counts
  }

  /// SHA-256 over the lines `PATH TAB SHA256 TAB BYTES NEWLINE` of the outputs.
  ///
  /// Downstream manifests bind to it, so a rerun with equal outputs makes nothing stale.
  public var outputsDigest: String {
    var text = ""
    for output in outputs { text += "\(output.path)\t\(output.sha256)\t\(output.bytes)\n" }
    return ContentHash.sha256(of: Data(text.utf8))
  }

  public var outputBytes: Int { outputs.reduce(0) { $0 &+ $1.bytes } }
}

/// Everything that decides what a stage produces.
public struct Recipe: Codable, Equatable, Sendable {
  public let formatVersion: Int
  public let stage: Stage
  private let name: String?
  public let parameters: [String: JSONValue]
  public let inputs: [Manifest.Input]
  public let program: Manifest.Program

  public init(
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
  public init(of manifest: Manifest) {
    formatVersion = manifest.formatVersion
    stage = manifest.stage
    name = manifest.instance
    parameters = manifest.parameters
    inputs = manifest.inputs
    program = manifest.program
  }

  public var instance: StageInstance { StageInstance(stage, name) }

  /// The recipe with other words for its inputs.
  func with(inputs: [Manifest.Input]) -> Recipe {
    Recipe(instance, parameters: parameters, inputs: inputs, program: program)
  }

  /// Whether work begun by the other recipe can be continued by this one.
  public func produces(theSameAs other: Recipe) -> Bool {
    guard instance == other.instance else { return false }
    return StaleReason.differences(from: other, to: self).isEmpty
  }
}
