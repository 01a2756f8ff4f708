import ContentHashing
import Diagnostics
import Foundation
import PipelineContract

/// The DICOM files of a collection that a stage made, as its manifest lists them.
struct ManifestedSources: Sendable {
  private let root: URL
  private let folder: String
  /// Sorted by path.
  private let outputs: [Manifest.Output]

  /// - Parameters:
  ///   - artifact: the artifact that the collection lies in.
  ///   - collection: a folder of it.
  /// - Throws: `IchorError`: `.inputMissing` without a manifest, `.badData` where it is malformed.
  init(artifact: URL, collection: URL) throws {
    root = collection
    folder = collection.lastPathComponent
    outputs = try CanonicalJSON.read(
      Manifest.self, from: artifact.appendingPathComponent(ArtifactLayout.manifest)
    ).outputs
  }

  /// Checks a file that was converted by the hash of what was read, and one that was left out by
  /// reading it again.
  ///
  /// - Throws: `IchorError(.badData)` where the file is not as it was made.
  func check(_ file: CollectionFile, _ outcome: SliceConverter.Outcome) throws {
    switch outcome {
    case .converted(let row, _, _): try require(row.sha256, of: file)
    case .excluded: try check(file)
    }
  }

  /// - Throws: `IchorError(.badData)` for the first file that the scan left out and that is not as
  ///   it was made.
  func checkLeftOut(_ files: CollectionFiles, by scan: CollectionScan) throws {
    var isKept = [Bool](repeating: false, count: files.count)
    for slice in scan.slices.slices { isKept[Int(slice.file)] = true }
    for number in 0..<files.count where !isKept[number] { try check(files[number]) }
  }

  private func check(_ file: CollectionFile) throws {
    try require(
      try ContentHash.sha256(contentsOf: root.appendingPathComponent(file.path)), of: file)
  }

  private func require(_ sha256: String, of file: CollectionFile) throws {
    let path = "\(folder)/\(file.path)"
    if recorded(path) == sha256 { return }
    throw IchorError(
      .badData, code: "artifact-changed",
      "\(path) is not the file that the artifact's manifest lists",
      remedy: "Run “./ichor verify phantom --repair” and then “./ichor run”, which makes it again.",
      at: root.appendingPathComponent(file.path).path)
  }

  private func recorded(_ path: String) -> String? {
    var (low, high) = (0, outputs.count)
    while low < high {
      let middle = (low + high) / 2
      if outputs[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low < outputs.count && outputs[low].path == path ? outputs[low].sha256 : nil
  }
}
