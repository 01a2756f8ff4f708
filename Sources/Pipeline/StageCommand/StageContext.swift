import ContentHashing
import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract

/// What the body of a stage works with.
package struct StageContext: Sendable {
  package let instance: StageInstance
  package let configuration: Configuration
  package let layout: ArtifactLayout
  /// The folder to write the outputs into; it may hold the work of an interrupted run.
  package let staging: URL
  /// Whether `staging` holds unfinished work of the same recipe, to be continued.
  package let resumes: Bool
  /// The artifact published before, where the same program made it with the same parameters: what
  /// was made from unchanged input may be taken over.
  package let reusable: URL?
  /// What stands for identifiers in everything that the stage writes.
  package let pseudonyms: Pseudonyms
  package let job: JobContext

  /// The collection that the instance is named for; the labelled one for any other name.
  package var collection: SliceCollection {
    instance.instance.flatMap(SliceCollection.init(rawValue:)) ?? .train
  }

  /// Where earlier work on the instance is: the artifact, if there is one, and what was set aside, the
  /// last first.
  ///
  /// - Throws: `IchorError` where the system can't read it.
  package var earlier: [URL] {
    get throws {
      let history = ArtifactHistory(of: instance, in: layout)
      return try (history.current.map { [$0.folder] } ?? []) + history.work.map(\.folder)
    }
  }

  /// Remembered hashes of files outside; those that a stage adds need not be computed again when
  /// the manifest is written.
  package func memory(of path: URL) -> HashMemory {
    HashMemory(of: path, cache: layout.cache, pseudonyms: pseudonyms)
  }

  /// The folder of an artifact that this one is made from.
  package func artifact(_ stage: Stage, _ name: String? = nil) -> URL {
    layout.directory(StageInstance(stage, name))
  }

  package func artifact(_ stage: Stage, _ collection: SliceCollection) -> URL {
    layout.directory(StageInstance(stage, collection))
  }
}

/// What a finished stage reports.
package struct StageSummary: Sendable {
  /// Items done, which the throughput in `run.json` and later estimates count.
  package let items: Int
  /// What an item is, in the plural.
  package let unit: String
  /// Results for standard output.
  package let lines: [String]
  /// Name to version of the libraries that did the work, for `run.json`.
  package let versions: [String: String]
  /// How many of each thing the artifact holds, for its manifest.
  package let counts: [String: Int]

  package init(
    items: Int, unit: String, lines: [String], versions: [String: String] = [:],
    counts: [String: Int] = [:]
  ) {
    self.items = items
    self.unit = unit
    self.lines = lines
    self.versions = versions
    self.counts = counts
  }
}
