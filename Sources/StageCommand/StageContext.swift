import Diagnostics
import Foundation
import PipelineConfiguration
import PipelineContract

/// What the body of a stage works with.
public struct StageContext: Sendable {
  public let instance: StageInstance
  public let configuration: PipelineConfiguration
  public let layout: ArtifactLayout
  /// The folder to write the outputs into; it may hold the work of an interrupted run.
  public let staging: URL
  /// Whether `staging` holds unfinished work of the same recipe, to be continued.
  public let resumes: Bool
  /// The artifact published before, where the same program made it with the same parameters: what
  /// was made from unchanged input may be taken over.
  public let reusable: URL?
  /// What stands for identifiers in everything that the stage writes.
  public let pseudonyms: Pseudonyms
  public let job: JobContext

  /// The collection that the instance is named for; the labelled one for any other name.
  public var collection: PipelineContract.Collection {
    instance.instance.flatMap(PipelineContract.Collection.init(rawValue:)) ?? .train
  }

  /// What is remembered of the content of files outside; what a stage adds need not be read again
  /// when the manifest is written.
  public func memory(of path: URL) -> HashMemory {
    HashMemory(of: path, in: layout, pseudonyms: pseudonyms)
  }

  /// The folder of an artifact that this one is made from.
  public func artifact(_ stage: Stage, _ name: String? = nil) -> URL {
    layout.directory(StageInstance(stage, name))
  }

  public func artifact(_ stage: Stage, _ collection: PipelineContract.Collection) -> URL {
    layout.directory(StageInstance(stage, collection))
  }
}

/// What a finished stage tells.
public struct StageSummary: Sendable {
  /// Items worked off, which the throughput in `run.json` and later estimates count.
  public let items: Int
  /// What an item is, in the plural.
  public let unit: String
  /// Results for standard output.
  public let lines: [String]
  /// Name to version of the libraries that did the work, for `run.json`.
  public let versions: [String: String]
  /// How many of what there is in the artifact, for its manifest.
  public let counts: [String: Int]

  public init(
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
