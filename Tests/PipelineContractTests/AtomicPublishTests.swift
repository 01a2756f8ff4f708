import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing

@Suite struct AtomicPublishTests {
  private let folder: TemporaryFolder
  private let layout: ArtifactLayout
  private let split = StageInstance(.split)

  init() throws {
    folder = try TemporaryFolder()
    layout = ArtifactLayout(root: folder.url.appendingPathComponent("artifacts"))
  }

  private func recipe(seed: Int = 1, inputs: [Manifest.Input] = []) -> Recipe {
    Recipe(
      split, parameters: ["split.seed": .integer(seed)], inputs: inputs,
      program: Manifest.Program(name: "ichor-split", sha256: "p"))
  }

  private func record(exit: Int32 = 0, signal: Int32? = nil) -> RunRecord {
    RunClock(versions: [:]).record(items: 2, unit: "slices", exit: exit, signal: signal)
  }

  private func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

  private func write(_ text: String, _ name: String, in publish: AtomicPublish) throws {
    let file = publish.staging.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  @Test func commitPublishesEverythingAtOnce() throws {
    let publish = try AtomicPublish(recipe(), in: layout)
    try write("abc", "slices.csv", in: publish)
    try write("x", "sub/deep.bin", in: publish)
    try write("log", ArtifactLayout.log, in: publish)
    try write("scratch", ".scratch", in: publish)
    #expect(!exists(layout.directory(split)))
    let manifest = try publish.commit(record())
    #expect(manifest.outputs.map(\.path) == ["slices.csv", "sub/deep.bin"])
    #expect(
      manifest.outputs[0].sha256
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let names = try FileManager.default.contentsOfDirectory(atPath: layout.directory(split).path)
    #expect(names.sorted() == ["log.jsonl", "manifest.json", "run.json", "slices.csv", "sub"])
    #expect(!exists(layout.staging(split)))
    let run = try CanonicalJSON.read(
      RunRecord.self, from: layout.file(ArtifactLayout.run, of: split))
    #expect(run.bytes == 4)
    #expect(run.items == 2)
    #expect(try layout.damage(to: manifest, of: split).isEmpty)
  }

  @Test func aSecondCommitReplacesTheFirstWhole() throws {
    let first = try AtomicPublish(recipe(), in: layout)
    #expect(try first.previous == nil)
    try write("old", "old.csv", in: first)
    try first.commit(record())
    let second = try AtomicPublishTests.reopened(recipe(seed: 2), layout, after: first)
    #expect(try second.previous == layout.directory(split))
    try write("new", "new.csv", in: second)
    // Until the commit the old artifact stays in place.
    #expect(exists(layout.file("old.csv", of: split)))
    try second.commit(record())
    #expect(!exists(layout.file("old.csv", of: split)))
    #expect(exists(layout.file("new.csv", of: split)))
    #expect(!exists(layout.staging(split)))
  }

  /// Locks end with the object; a name keeps the first one alive until here.
  private static func reopened(
    _ recipe: Recipe, _ layout: ArtifactLayout, after first: AtomicPublish
  ) throws -> AtomicPublish {
    let error = #expect(throws: IchorError.self) { try AtomicPublish(recipe, in: layout) }
    #expect(error?.kind == .busy)
    first.release()
    return try AtomicPublish(recipe, in: layout)
  }

  @Test func interruptedWorkOfAnEqualRecipeIsKept() throws {
    let first = try AtomicPublish(recipe(), in: layout)
    #expect(!first.resumes)
    try write("half", "slices.csv", in: first)
    first.release()
    let second = try AtomicPublish(recipe(), in: layout)
    #expect(second.resumes)
    #expect(exists(second.staging.appendingPathComponent("slices.csv")))
    second.release()
    let third = try AtomicPublish(recipe(seed: 2), in: layout)
    #expect(!third.resumes)
    #expect(!exists(third.staging.appendingPathComponent("slices.csv")))
    try write("half", "slices.csv", in: third)
    third.release()
    let fourth = try AtomicPublish(recipe(seed: 2), in: layout, discardsEarlierWork: true)
    #expect(!fourth.resumes)
    #expect(!exists(fourth.staging.appendingPathComponent("slices.csv")))
  }

  /// As if killed between the manifest and the rename.
  @Test func finishedButUnpublishedWorkIsTakenUpWithoutItsManifest() throws {
    let first = try AtomicPublish(recipe(), in: layout)
    try write("all", "slices.csv", in: first)
    try CanonicalJSON.write(
      Manifest(recipe: recipe(), outputs: []),
      to: first.staging.appendingPathComponent(ArtifactLayout.manifest))
    try FileManager.default.removeItem(
      at: first.staging.appendingPathComponent(ArtifactLayout.partial))
    first.release()
    let second = try AtomicPublish(recipe(), in: layout)
    #expect(second.resumes)
    #expect(exists(second.staging.appendingPathComponent("slices.csv")))
    #expect(!exists(second.staging.appendingPathComponent(ArtifactLayout.manifest)))
  }

  @Test func readersShareAndKeepWritersOut() throws {
    let convert = StageInstance(.convert, .train)
    let manifest = Manifest(
      recipe: Recipe(
        convert, parameters: [:], inputs: [],
        program: Manifest.Program(name: "ichor-convert", sha256: "p")), outputs: [])
    let input = Manifest.Input(artifact: convert, manifest: manifest)
    let reader = try AtomicPublish(recipe(inputs: [input]), in: layout)
    let other = try ArtifactLock(convert, in: layout, mode: .shared)
    let error = #expect(throws: IchorError.self) {
      try ArtifactLock(convert, in: layout, mode: .exclusive)
    }
    #expect(error?.kind == .busy)
    #expect(error?.message.contains("convert/train") == true)
    withExtendedLifetime((reader, other)) {}
  }

  @Test func damageIsSeenBySize() throws {
    let publish = try AtomicPublish(recipe(), in: layout)
    try write("abc", "a.csv", in: publish)
    try write("abc", "b.csv", in: publish)
    let manifest = try publish.commit(record())
    try Data("abcd".utf8).write(to: layout.file("a.csv", of: split))
    try FileManager.default.removeItem(at: layout.file("b.csv", of: split))
    #expect(
      try layout.damage(to: manifest, of: split) == [
        .outputChanged(path: "a.csv", old: 3, new: 4), .outputMissing(path: "b.csv"),
      ])
    // Files of times are no reason to train again.
    let timed = Manifest(
      recipe: recipe(),
      outputs: [Manifest.Output(path: "gone.csv", sha256: "t", bytes: 1, isWallClock: true)])
    #expect(try layout.damage(to: timed, of: split).isEmpty)
    publish.release()
    let resolver = InputResolver(layout: layout, recordsNewHashes: false)
    let error = #expect(throws: IchorError.self) { try resolver.wholeArtifact(split) }
    #expect(error?.kind == .inputMissing)
    #expect(error?.code == "artifact-damaged")
  }

  @Test func failuresAreToldFromInterruptions() {
    #expect(record(exit: 65).failed)
    #expect(!record(exit: 130, signal: 2).failed)
    // Stopped at the time that the configuration sets.
    #expect(!record(exit: 143).failed)
    #expect(!record().failed)
  }
}
