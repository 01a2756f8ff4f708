import Diagnostics
import DurableFiles
import Foundation
import TestFolders
import Testing

@testable import PipelineContract

/// What becomes of artifacts that are replaced and of work that is not finished.
@Suite struct ArtifactHistoryTests {
  private let folder: TemporaryFolder
  private let layout: ArtifactLayout
  private let instance = StageInstance(.train, "a")
  private var history: ArtifactHistory { ArtifactHistory(of: instance, in: layout) }

  init() throws {
    folder = try TemporaryFolder()
    layout = ArtifactLayout(root: folder.url.appendingPathComponent("artifacts"))
  }

  private func recipe(_ seed: Int, of instance: StageInstance = StageInstance(.train, "a"))
    -> Recipe
  {
    Recipe(
      instance, parameters: ["train.a.seed": .integer(seed)], inputs: [],
      program: Manifest.Program(name: "ichor-train", sha256: "p", resultsVersion: 1))
  }

  private func write(_ text: String, _ name: String = "out.csv", in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// Runs a stage to its end; its output is `text`.
  @discardableResult
  private func publish(_ seed: Int, _ text: String? = nil, keep: Int) throws -> [String] {
    let publish = try AtomicPublish(recipe(seed), in: layout, keep: keep)
    try write(text ?? "\(seed)", in: publish.staging)
    try publish.commit(RunClock(versions: [:]).record(items: 1, unit: "images", exit: 0))
    publish.release()
    return publish.takeNotices()
  }

  /// Runs a stage that is killed after its first output.
  @discardableResult
  private func interrupt(
    _ seed: Int, _ instance: StageInstance = StageInstance(.train, "a"), keep: Int,
    output: Bool = true
  ) throws -> (resumes: Bool, notices: [String]) {
    let publish = try AtomicPublish(recipe(seed, of: instance), in: layout, keep: keep)
    if output { try write("half \(seed)", "half.csv", in: publish.staging) }
    publish.release()
    return (publish.resumes, publish.takeNotices())
  }

  private func seed(_ manifest: Manifest?) -> Int? {
    guard case .integer(let seed)? = manifest?.parameters["train.a.seed"] else { return nil }
    return seed
  }

  private var keptSeeds: [Int] { get throws { try history.kept.compactMap { seed($0.manifest) } } }
  private var currentSeed: Int? { get throws { try seed(history.current?.manifest) } }

  @Test func theLastArtifactsAreKeptAndTheOldestGoWithASentence() throws {
    for number in 1...3 { try publish(number, keep: 2) }
    #expect(try keptSeeds == [2, 1] && currentSeed == 3)
    let oldest = try #require(history.kept.last?.id)
    let said = try publish(4, keep: 2)
    #expect(try keptSeeds == [3, 2] && currentSeed == 4)
    #expect(said.contains { $0.hasPrefix("train/a@\(oldest) is removed") }, "\(said)")
    #expect(said.contains { $0.hasPrefix("the replaced artifact is kept as train/a@") })
    for artifact in try history.kept {
      #expect(try ArtifactLayout.damage(to: artifact.manifest, in: artifact.folder).isEmpty)
      #expect(artifact.folder.lastPathComponent == artifact.id)
    }
    try publish(5, keep: 0)
    #expect(try keptSeeds == [] && currentSeed == 5)
    #expect(try layout.leftovers(of: instance) == [])
  }

  @Test func equalOutputsAreKeptOnce() throws {
    try publish(1, "same", keep: 3)
    try publish(2, "same", keep: 3)
    #expect(try keptSeeds == [] && currentSeed == 2)
    try publish(3, "other", keep: 3)
    #expect(try keptSeeds == [2])
    // Back to the outputs of the one that is kept.
    try publish(4, "same", keep: 3)
    #expect(try keptSeeds == [3] && currentSeed == 4)
  }

  @Test func workOfAnotherRecipeIsSetAsideAndFoundAgain() throws {
    try interrupt(1, keep: 0)
    let other = try interrupt(2, keep: 0)
    #expect(!other.resumes)
    #expect(
      other.notices.first?.hasPrefix("interrupted work of another recipe is set aside as train/a@")
        == true && other.notices.first?.hasSuffix("train.a.seed: 1 -> 2") == true,
      "\(other.notices)")
    #expect(try history.work.map(\.recipe) == [recipe(1)])
    let back = try interrupt(1, keep: 0)
    #expect(back.resumes && back.notices.contains { $0.hasPrefix("going on with the work") })
    let half = layout.staging(instance).appendingPathComponent("half.csv")
    #expect(try String(contentsOf: half, encoding: .utf8) == "half 1")
    #expect(try history.work.map(\.recipe) == [recipe(2)])
    // With keep 0 one work of a training is set aside; a third pushes the oldest out.
    let third = try interrupt(3, keep: 0)
    #expect(third.notices.contains { $0.contains("is removed, the oldest") }, "\(third.notices)")
    #expect(try history.work.map(\.recipe) == [recipe(1)])
  }

  @Test func workThatNeverGotAnywhereIsNotKept() throws {
    try interrupt(1, keep: 1)
    try interrupt(2, keep: 1, output: false)
    #expect(try interrupt(3, keep: 1, output: false).notices == [])
    #expect(try history.work.map(\.recipe) == [recipe(1)])
  }

  @Test func aStageThatKeepsNothingRemovesOtherWorkAndSaysSo() throws {
    let convert = StageInstance(.convert, .train)
    try interrupt(1, convert, keep: 0)
    #expect(
      try interrupt(2, convert, keep: 0).notices == [
        "interrupted work of another recipe is removed: train.a.seed: 1 -> 2"
      ])
    #expect(try ArtifactHistory(of: convert, in: layout).work.isEmpty)
  }

  /// A folder where the file should be: as a disk error, no reason to throw work away.
  @Test func workThatCannotBeReadStaysAndIsAnError() throws {
    try interrupt(1, keep: 1)
    let partial = layout.staging(instance).appendingPathComponent(ArtifactLayout.partial)
    try FileManager.default.removeItem(at: partial)
    try DurableFile.createFolder(partial)
    let error = #expect(throws: IchorError.self) { try interrupt(2, keep: 1) }
    #expect(error?.kind == .inputMissing)
    let half = layout.staging(instance).appendingPathComponent("half.csv")
    #expect(FileManager.default.fileExists(atPath: half.path))
  }

  /// Nobody can tell what it is made from: it is kept and said, and the run begins anew.
  @Test func workWithADamagedDescriptionIsSetAsideAndSaid() throws {
    try interrupt(1, keep: 1)
    let partial = layout.staging(instance).appendingPathComponent(ArtifactLayout.partial)
    var text = try Data(contentsOf: partial)
    text[3] ^= 1
    try text.write(to: partial)
    let next = try AtomicPublish(recipe(1), in: layout, keep: 1)
    #expect(!next.resumes)
    let notice = try #require(next.takeNotices().first)
    let place = try #require(
      notice.firstMatch(of: #/set aside in (\S+): no run goes on with it/#)?.1)
    #expect(FileManager.default.fileExists(atPath: "\(place)/half.csv"))
    next.release()
  }

  @Test func forceDiscardsWorkOfItsOwnRecipeWhereverItIs() throws {
    try interrupt(1, keep: 1)
    try interrupt(2, keep: 1)
    let forced = try AtomicPublish(recipe(1), in: layout, discardsEarlierWork: true, keep: 1)
    #expect(!forced.resumes)
    #expect(try history.work.map(\.recipe) == [recipe(2)])
    forced.release()
  }

  /// Stopped after each step of a replacement, by a kill as it were, and gone on with afterwards.
  @Test(arguments: 0...ArtifactReplacement.Step.allCases.count, [1, 2, 3])
  func aKillBetweenTheStepsLosesNothing(steps: Int, next: Int) throws {
    try publish(1, keep: 2)
    let staging = layout.staging(instance)
    let publish = try AtomicPublish(recipe(2), in: layout, keep: 2)
    try write("2", in: publish.staging)
    publish.release()
    // What `commit` has written by the time that it replaces.
    let output = Manifest.Output(
      path: "out.csv", sha256: "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35",
      bytes: 1)
    try CanonicalJSON.write(
      Manifest(recipe: recipe(2), outputs: [output]),
      to: staging.appendingPathComponent(ArtifactLayout.manifest))
    try FileManager.default.removeItem(at: staging.appendingPathComponent(ArtifactLayout.partial))
    let replacement = ArtifactReplacement(history: history, limit: 2)
    for step in ArtifactReplacement.Step.allCases.prefix(steps) {
      _ = try replacement.perform(step)
    }

    func everything() throws -> [Int] {
      try ([currentSeed].compactMap { $0 } + keptSeeds).sorted()
    }
    #expect(try currentSeed == (steps == 0 ? 1 : 2))
    #expect(try everything() == [1, 2])
    for artifact in try history.kept + [history.current].compactMap({ $0 }) {
      #expect(try ArtifactLayout.damage(to: artifact.manifest, in: artifact.folder).isEmpty)
    }

    // The next run is of the old recipe, the new one or a third.
    let again = try AtomicPublish(recipe(next), in: layout, keep: 2)
    #expect(
      again.resumes == (steps == 0 && next == 2 || steps == 1 && next == 1), "\(steps) \(next)")
    if !again.resumes { try write("\(next)", in: again.staging) }
    try again.commit(RunClock(versions: [:]).record(items: 1, unit: "images", exit: 0))
    #expect(try currentSeed == next)
    #expect(try everything() == Set([1, 2, next]).sorted())
    #expect(!FileManager.default.fileExists(atPath: staging.path))
  }

  @Test func restoringSwapsAndAKillInBetweenLosesNothing() throws {
    for number in 1...2 { try publish(number, keep: 2) }
    let (old, new) = (try #require(try history.kept.first), try #require(try history.current))
    #expect(try history.restore(old) == new.id)
    #expect(try currentSeed == 1 && keptSeeds == [2])
    #expect(try history.current?.id == old.id && history.kept.map(\.id) == [new.id])
    #expect(try history.kept.first?.folder.lastPathComponent == new.id)
    // As if killed after the exchange: the name of the folder is wrong, and nobody relies on it.
    let folder = try #require(history.kept.first?.folder)
    try #require(DurableFile.exchange(folder, layout.directory(instance)))
    #expect(try currentSeed == 2 && history.kept.map(\.id) == [old.id])
    #expect(try history.restore(try #require(history.kept.first)) == new.id)
    #expect(try currentSeed == 1 && keptSeeds == [2])
    // Nothing in its place.
    try FolderRemoval.remove(layout.directory(instance))
    #expect(try history.restore(try #require(history.kept.first)) == nil)
    #expect(try currentSeed == 2 && keptSeeds == [])
  }

  @Test func whatAKilledRemovalLeavesIsFound() throws {
    try publish(1, keep: 1)
    try publish(2, keep: 1)
    // No process has this number.
    let names = [
      "train/.a.removed-99999999", "train/..a.partial.removed-99999999", "train/.a.old",
      ".history/train/a/.0123abcd.removed-99999999", ".history/train/.a.removed-99999999",
    ]
    for name in names + ["train/.b.removed-99999999", "train/.a.removed-1"] {
      try DurableFile.createFolder(layout.root.appendingPathComponent(name))
    }
    let found = try layout.leftovers(of: instance).map {
      String($0.path.dropFirst(layout.root.path.count + 1))
    }
    #expect(Set(found) == Set(names))
    #expect(try layout.instancesOnDisk(of: .train) == [instance, StageInstance(.train, "b")])
    #expect(try history.kept.count == 1)
  }
}
