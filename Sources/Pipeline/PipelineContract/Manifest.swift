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
    /// How many slices an artifact holds, by which later plans scale; `nil` where it counts none.
    package let slices: Int?

    package init(artifact: StageInstance, manifest: Manifest) {
      self.artifact = artifact.description
      key = nil
      path = nil
      sha256 = manifest.outputsDigest
      let outputs = manifest.outputs.filter { !$0.isWallClock }
      bytes = outputs.reduce(0) { $0 &+ $1.bytes }
      files = outputs.count
      slices = manifest.slices
    }

    package init(key: String, path: String, sha256: String, bytes: Int, files: Int) {
      artifact = nil
      self.key = key
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
      self.files = files
      slices = nil
    }

    /// The artifact or the configuration key.
    package var name: String { artifact ?? key ?? "" }
  }

  /// A file of the artifact; `path` is relative to its folder.
  package struct Output: Codable, Equatable, Sendable {
    package let path: String
    package let sha256: String
    package let bytes: Int
    /// `true` where the file holds times of the run and is not bound to; else `nil`.
    private let wallClock: Bool?

    /// Whether two runs of one recipe differ in the file: it is no part of `outputsDigest`.
    package var isWallClock: Bool { wallClock == true }

    package init(path: String, sha256: String, bytes: Int, isWallClock: Bool = false) {
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
      wallClock = isWallClock ? true : nil
    }
  }

  /// The executable that did the work.
  package struct Program: Codable, Equatable, Sendable {
    package let name: String
    /// SHA-256 of the executable file, for `--strict-program`; `nil` where nobody asks for it.
    package let sha256: String?
    /// `Stage.resultsVersion`, which identifies the maker; `nil` in older manifests.
    package let resultsVersion: Int?

    package init(name: String, sha256: String?, resultsVersion: Int? = nil) {
      self.name = name
      self.sha256 = sha256
      self.resultsVersion = resultsVersion
    }

    /// The present program of a stage.
    ///
    /// - Parameter executable: the file to hash; `nil` where results alone are compared.
    /// - Throws: `IchorError`: `.inputMissing` or `.inputOutput` where the file can't be read.
    package init(of stage: Stage, executable: URL?) throws {
      name = stage.executable
      sha256 = try executable.map { try ContentHash.sha256(contentsOf: $0) }
      resultsVersion = stage.resultsVersion
    }

    /// Whether both have the same results and, strictly, are the same file.
    package func makesTheSame(as other: Program, strictly: Bool) -> Bool {
      resultsVersion == other.resultsVersion && (!strictly || sha256 == other.sha256)
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

  /// SHA-256 over the lines `PATH TAB SHA256 TAB BYTES NEWLINE` of the outputs without those that
  /// hold times.
  ///
  /// Downstream manifests bind to it, so a rerun with equal outputs makes nothing stale.
  package var outputsDigest: String {
    var text = ""
    for output in outputs where !output.isWallClock {
      text += "\(output.path)\t\(output.sha256)\t\(output.bytes)\n"
    }
    return ContentHash.sha256(of: Data(text.utf8))
  }

  /// Bytes of all outputs.
  package var outputBytes: Int { outputs.reduce(0) { $0 &+ $1.bytes } }

  /// How many slices it holds: one in each file of the phantom's, else what was counted.
  package var slices: Int? {
    if stage != .phantom { return counts?[Self.slicesCount] }
    let files = outputs.count { $0.path.hasSuffix(ArtifactLayout.Phantom.sliceSuffix) }
    return files > 0 ? files : nil
  }

  /// The key of `counts` that holds the number of slices.
  package static let slicesCount = "slices"
}
