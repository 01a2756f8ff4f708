import Diagnostics
import DurableFiles
import Foundation
import PipelineContract

extension ArtifactVerification {
  /// Sees to it that the next run makes again what is damaged, and nothing else.
  ///
  /// A damaged file is moved aside, to a name with a dot in front: the artifact then lacks an output or
  /// its manifest, which makes it stale. Conversion takes over the shards that are whole. Nothing is
  /// deleted before the new artifact is there.
  ///
  /// - Returns: sentences about what was done and what is to be done.
  /// - Throws: `IchorError`: `.busy` where a run holds the artifact, another where a file cannot be
  ///   moved.
  package func repair(_ report: VerificationReport) throws -> [String] {
    var sentences: [String] = []
    for (artifact, found) in report.damaged {
      let instance = artifact.instance
      // What can't be read may be whole.
      let damages = found.filter { !$0.isUnreadable }
      if damages.isEmpty {
        sentences.append("\(instance) is left as it is: what can't be read may be whole.")
        continue
      }
      let lock = try ArtifactLock(instance, in: layout, mode: .exclusive)
      defer { lock.release() }
      let folder = layout.directory(instance)
      var outputs: [Manifest.Output] = []
      // Since it was verified, a run may have made it again.
      do {
        outputs = try read(instance).outputs
      } catch let error as IchorError where error.kind == .badData {
        // Without a manifest there is no artifact, and all of it is made again.
        try moveAside(layout.manifest(instance))
      } catch let error as IchorError where error.kind == .inputMissing {
        // It lacks its manifest already.
      }
      let tables: Set = [ArtifactLayout.Convert.slices, ArtifactLayout.Convert.quirks]
      let keepsShards =
        instance.stage == .convert && !outputs.isEmpty
        && tables.isDisjoint(with: damages.map(\.path))
      let timed = Set(outputs.filter(\.isWallClock).map(\.path))
      for damage in damages where !timed.contains(damage.path) {
        guard let output = outputs.first(where: { $0.path == damage.path }),
          Self.damage(to: output, in: folder) != nil
        else { continue }
        try moveAside(folder.appendingPathComponent(output.path))
      }
      if damages.allSatisfy({ timed.contains($0.path) }) {
        sentences.append(
          "\(instance) is left as it is: only \(damages.map(\.path).joined(separator: " and ")) "
            + "differs, which holds times of the run and which nothing depends on.")
        continue
      }
      sentences.append(
        "\(instance) is marked: “./ichor run \(instance)” makes it again"
          + (keepsShards ? ", taking over the shards that are whole." : ", from its beginning."))
    }
    return sentences
  }

  private func moveAside(_ file: URL) throws {
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    let aside = file.deletingLastPathComponent()
      .appendingPathComponent(".\(file.lastPathComponent).damaged")
    do {
      try DurableFile.rename(file, to: aside)
      try DurableFile.flush(file.deletingLastPathComponent())
    } catch {
      throw IchorError(writing: aside.path, error)
    }
  }
}
