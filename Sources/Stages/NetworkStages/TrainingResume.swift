import ComputeGraph
import Diagnostics
import DurableFiles
import Foundation
import Logging
import OperatingSystem
import PipelineContract
import TensorBoardEvents
import TensorCore
import Training

/// Finds the state from which an interrupted training goes on, and trusts nothing unread.
///
/// The last checkpoint needs its best weights and its history beside it. Where one of them is damaged
/// or gone, training goes back to the checkpoint before, if what is missing is made again from there;
/// else it begins anew. What comes after is the same, bit for bit, as nothing else decides it.
struct TrainingResume {
  let folder: URL
  let graph: Graph
  let stepsPerEpoch: Int
  let logger: Logger

  /// The checkpoint before the last one: scratch, never published.
  private static let previousName = ".previous.safetensors"

  private var last: URL { file(ArtifactLayout.Train.last) }
  private var previous: URL { file(Self.previousName) }
  private var best: URL { file(ArtifactLayout.Train.best) }
  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  /// A file of the interrupted run.
  private enum Finding<Content> {
    case absent
    /// Why it can't be used.
    case damaged(String)
    case whole(Content)

    var content: Content? { if case .whole(let content) = self { content } else { nil } }
  }

  /// The state to go on from; `nil` to begin anew, with nothing left of what went before.
  ///
  /// - Throws: `IchorError(.inputOutput)` where the disk fails.
  func state() throws -> TrainingState? {
    try TrainingCheckpoint.removeUnfinished(in: folder)
    let weights = try read(best) { try TrainingCheckpoint.readWeights($0, for: graph) }
    let newest = try read(last) { try TrainingCheckpoint.read($0, for: graph) }
    var faults: [String] = []
    switch newest {
    case .absent: break
    case .damaged(let reason): faults.append(reason)
    case .whole(let state):
      faults =
        try Self.faults(of: weights, best, isNeeded: state.position.bestScore != nil)
        + historyFaults(state)
      if faults.isEmpty {
        try dropDamagedEvents(before: state)
        return state
      }
    }
    if var state = try read(previous, { try TrainingCheckpoint.read($0, for: graph) }).content {
      let isMadeAgain = newest.content.map { Self.hasNewBest($0, since: state) } ?? false
      let obstacles =
        try Self.faults(
          of: weights, best, isNeeded: state.position.bestScore != nil && !isMadeAgain)
        + historyFaults(state)
      if obstacles.isEmpty {
        // What comes next is the best whatever was before: no checkpoint until then asks for weights
        // that are gone.
        if weights.content == nil { state.position.bestScore = nil }
        try goBack(faults, to: state)
        try dropDamagedEvents(before: state)
        return state
      }
      faults += obstacles.filter { !faults.contains($0) }
    }
    try forget(faults)
    return nil
  }

  /// Keeps the last checkpoint as the one before, as another is about to replace it.
  ///
  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where it can't be given that name.
  static func keepPrevious(in folder: URL) throws {
    let last = folder.appendingPathComponent(ArtifactLayout.Train.last)
    let previous = folder.appendingPathComponent(previousName)
    unlink(previous.path(percentEncoded: false))
    let result = link(
      last.path(percentEncoded: false), previous.path(percentEncoded: false))
    if result == 0 || errno == ENOENT { return }
    // A file system without hard links; until the new checkpoint is there, this is the only one.
    do {
      try DurableFile.rename(last, to: previous)
    } catch {
      throw IchorError(writing: previous.path(percentEncoded: false), error)
    }
  }

  private func read<Content>(_ file: URL, _ body: (URL) throws -> Content) throws
    -> Finding<Content>
  {
    guard try FileStatus.of(file) != nil else { return .absent }
    do {
      return .whole(try body(file))
    } catch let error as IchorError where error.kind == .badData {
      return .damaged("\(file.lastPathComponent): \(error.message)")
    }
  }

  private static func faults(
    of weights: Finding<NamedTensors>, _ file: URL, isNeeded: Bool
  ) -> [String] {
    switch weights {
    case .absent where isNeeded: ["\(file.lastPathComponent) is missing"]
    case .damaged(let reason) where isNeeded: [reason]
    default: []
    }
  }

  private func historyFaults(_ state: TrainingState) throws -> [String] {
    try HistoryChecksums(folder: folder).fault(epochs: state.position.epoch).map { [$0] } ?? []
  }

  /// Whether the best weights were replaced between two checkpoints, so that training on from the
  /// earlier one replaces them again.
  private static func hasNewBest(_ later: TrainingState, since earlier: TrainingState) -> Bool {
    later.position.bestScore?.bitPattern != earlier.position.bestScore?.bitPattern
  }

  private func goBack(_ faults: [String], to state: TrainingState) throws {
    logger.warning(
      "training goes on from the checkpoint before the last one, \(state.position)",
      metadata: ["because": "\(Self.reason(faults))"])
    try TrainingCheckpoint.write(state, stepsPerEpoch: stepsPerEpoch, to: last)
    try remove(previous)
  }

  /// TensorBoard's events are for looking at: where they are damaged, training goes on without those of
  /// the epochs before.
  private func dropDamagedEvents(before state: TrainingState) throws {
    let events = file(ArtifactLayout.Train.events)
    let epochs = state.position.epoch
    if epochs == 0 || EventFileWriter.lastStep(in: events) >= epochs { return }
    logger.warning(
      """
      TensorBoard's events of the first \(epochs) epochs are damaged and left out; \
      \(ArtifactLayout.Train.history) has their numbers
      """)
    if FileManager.default.fileExists(atPath: events.path(percentEncoded: false)) {
      try remove(events)
    }
  }

  private func forget(_ faults: [String]) throws {
    let names = [
      ArtifactLayout.Train.last, Self.previousName, ArtifactLayout.Train.best,
      ArtifactLayout.Train.history, ArtifactLayout.Train.events, HistoryChecksums.name,
    ]
    let left = names.map { file($0) }
      .filter { FileManager.default.fileExists(atPath: $0.path(percentEncoded: false)) }
    if faults.isEmpty, !left.isEmpty {
      logger.notice("training begins anew: the interrupted run left no checkpoint")
    } else if !faults.isEmpty {
      logger.warning(
        "training begins anew: no checkpoint of the interrupted run can be used",
        metadata: ["because": "\(Self.reason(faults))"])
    }
    for file in left { try remove(file) }
  }

  private func remove(_ file: URL) throws {
    do {
      try FileManager.default.removeItem(at: file)
    } catch {
      throw IchorError(writing: file.path(percentEncoded: false), error)
    }
  }

  private static func reason(_ faults: [String]) -> String {
    faults.isEmpty ? "\(ArtifactLayout.Train.last) is missing" : faults.joined(separator: "; ")
  }
}
