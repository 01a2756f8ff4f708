import ContentHashing
import Foundation
import PipelineContract
import TestFolders
import Testing

@Suite struct ManifestTests {
  private static let program = Manifest.Program(
    name: "ichor-split", sha256: "p1", resultsVersion: 1)

  private func recipe(
    _ parameters: [String: JSONValue] = ["split.seed": .integer(1)],
    inputs: [Manifest.Input] = [
      Manifest.Input(key: "data.train.labels", path: "/a", sha256: "aaaaaaaa1", bytes: 1, files: 1)
    ], program: Manifest.Program = program
  ) -> Recipe {
    Recipe(StageInstance(.split), parameters: parameters, inputs: inputs, program: program)
  }

  /// ```
  /// h = lambda b: hashlib.sha256(b).hexdigest()
  /// h(b"a.csv\t" + h(b"abc").encode() + b"\t3\nb/c.bin\t" + h(b"").encode() + b"\t0\n")
  /// ```
  @Test func outputsDigestIsThatOfTheSortedLines() {
    let manifest = Manifest(
      recipe: recipe(),
      outputs: [
        Manifest.Output(path: "b/c.bin", sha256: ContentHash.sha256(of: Data()), bytes: 0),
        Manifest.Output(path: "a.csv", sha256: ContentHash.sha256(of: Data("abc".utf8)), bytes: 3),
      ])
    #expect(
      manifest.outputsDigest == "593b1bdf09d103936e05d6751a7f4f4b74eef22d0514700673a1346ac2dc7e85")
    #expect(manifest.outputBytes == 3)
  }

  @Test func manifestSurvivesTheDisk() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("manifest.json")
    let manifest = Manifest(
      recipe: recipe(["split.seed": .integer(1), "merge.models": .array([.string("a")])]),
      outputs: [Manifest.Output(path: "a/b.csv", sha256: "x", bytes: 3)])
    try CanonicalJSON.write(manifest, to: file)
    #expect(try CanonicalJSON.read(Manifest.self, from: file) == manifest)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(#""path" : "a/b.csv""#))
    #expect(!text.contains("startedAt"))
  }

  @Test func everyDifferenceHasItsSentence() {
    let sentences = { (new: Recipe) in
      StaleReason.differences(from: recipe(), to: new).map(\.description)
    }
    #expect(sentences(recipe()) == [])
    #expect(sentences(recipe(["split.seed": .integer(2)])) == ["split.seed: 1 -> 2"])
    #expect(
      sentences(recipe(["split.folds": .integer(5)])) == [
        "split.folds: (none) -> 5", "split.seed: 1 -> (none)",
      ])
    let next = Manifest.Program(name: "ichor-split", sha256: "p1", resultsVersion: 2)
    #expect(sentences(recipe(program: next)) == ["results of ichor-split: version 1 -> 2"])
    let other = Manifest.Input(
      key: "data.train.labels", path: "/b", sha256: "bbbbbbbb2", bytes: 1, files: 1)
    #expect(sentences(recipe(inputs: [other])) == ["input data.train.labels: aaaaaaaa -> bbbbbbbb"])
    #expect(sentences(recipe(inputs: [])) == ["input data.train.labels: aaaaaaaa -> (none)"])
  }

  @Test func aSummaryNeverHidesWhatThereIsOfOtherWork() {
    let many = (1...4).map { StaleReason.parameterAdded(key: "k\($0)", value: .integer($0)) }
    #expect(
      StaleReason.summary(many + [.incomplete, .kept("split@01234567")])
        == "k1: (none) -> 1; k2: (none) -> 2; k3: (none) -> 3; and 1 more; an earlier run was "
        + "interrupted; its work is kept; “./ichor restore split@01234567” brings back one that was "
        + "made so")
  }

  @Test func anotherBuildWithTheSameResultsIsTheSameProgram() {
    let rebuilt = recipe(
      program: Manifest.Program(name: "ichor-split", sha256: "p2", resultsVersion: 1))
    #expect(StaleReason.differences(from: recipe(), to: rebuilt).isEmpty)
    #expect(rebuilt.produces(theSameAs: recipe()))
    #expect(
      StaleReason.differences(from: recipe(), to: rebuilt, strictly: true) == [
        .programChanged(name: "ichor-split")
      ])
    #expect(!rebuilt.produces(theSameAs: recipe(), strictly: true))
    // Manifests had no version before there was one.
    let older = recipe(program: Manifest.Program(name: "ichor-split", sha256: "p1"))
    #expect(
      StaleReason.differences(from: older, to: recipe()).map(\.description) == [
        "results of ichor-split: version (none) -> 1"
      ])
  }

  @Test func timesAreOutputsThatNobodyBindsTo() throws {
    func manifest(_ timings: String) -> Manifest {
      let outputs = [
        Manifest.Output(path: "best.safetensors", sha256: "w", bytes: 4),
        Manifest.Output(
          path: "timings.csv", sha256: timings, bytes: timings.utf8.count, isWallClock: true),
      ]
      return Manifest(recipe: recipe(), outputs: outputs)
    }
    let (first, second) = (manifest("slow"), manifest("faster"))
    #expect(first.outputsDigest == second.outputsDigest && first != second)
    let instance = StageInstance(.train, "a")
    #expect(
      Manifest.Input(artifact: instance, manifest: first)
        == Manifest.Input(artifact: instance, manifest: second))
    #expect(first.outputBytes == 8)
    let text = String(decoding: try CanonicalJSON.encode(first), as: UTF8.self)
    #expect(text.components(separatedBy: "\"wallClock\" : true").count == 2)
    for name in [ArtifactLayout.Train.timings, ArtifactLayout.Train.events] {
      #expect(ArtifactLayout.isWallClock(name, of: .train))
      #expect(!ArtifactLayout.isWallClock(name, of: .predict))
    }
    #expect(!ArtifactLayout.isWallClock(ArtifactLayout.Train.history, of: .train))
  }

  @Test func dataThatOnlyMovedMakesNothingStale() {
    let moved = Manifest.Input(
      key: "data.train.labels", path: "/b", sha256: "aaaaaaaa1", bytes: 1, files: 1)
    #expect(StaleReason.differences(from: recipe(), to: recipe(inputs: [moved])).isEmpty)
  }
}
