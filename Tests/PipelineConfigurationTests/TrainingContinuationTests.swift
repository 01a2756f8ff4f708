import Foundation
import PipelineConfiguration
import PipelineContract
import Testing

/// What a changed setting does to a training that has come some way, as `docs/training.md` says it.
@Suite struct TrainingContinuationTests {
  private static let yaml = """
    train:
      NAME:
        {model: resnet18, size: 112, batch: 2, epochs: 9, optimizer: sgd, schedule: plateau}
    """

  private func recipe(_ settings: [String]) throws -> Recipe {
    let configuration = try Configuration.parse(
      Self.yaml, name: "p.yaml", folder: URL(fileURLWithPath: "/"), overrides: settings)
    let instance = StageInstance(.train, "NAME")
    return Recipe(
      instance, parameters: try configuration.parameters(for: instance),
      inputs: configuration.inputs(of: instance).compactMap { source in
        // Weights from outside: what the path leads to.
        guard case .outside(let key, let path) = source else { return nil }
        return Manifest.Input(key: key, path: path.path, sha256: path.path, bytes: 0, files: 1)
      }, program: Manifest.Program(name: "ichor-train", sha256: nil, resultsVersion: 1))
  }

  private func verdict(
    _ old: [String], _ new: [String], finished: Int = 2, isDone: Bool = false
  ) throws -> TrainingContinuation.Verdict {
    TrainingContinuation(of: "NAME", strictly: false).verdict(
      from: try recipe(old), to: try recipe(new),
      reach: .init(finishedEpochs: finished, isDone: isDone))
  }

  private func goesOn(
    _ old: String, _ new: String, finished: Int = 2, isDone: Bool = false
  ) throws -> Bool {
    func settings(_ text: String) -> [String] {
      text.split(separator: ";").map { "train.NAME.\($0.trimmingCharacters(in: .whitespaces))" }
    }
    let verdict = try verdict(settings(old), settings(new), finished: finished, isDone: isDone)
    if case .goesOn = verdict { return true }
    return false
  }

  /// Key to whether its row begins with “goes on”.
  private static func documented() throws -> [(key: String, goesOn: Bool)] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/training.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Changing a training").last)
      .components(separatedBy: "\n## ")[0]
    return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return cells[0].split(separator: "`").filter { $0 != ", " }
        .map { (String($0), cells[1].hasPrefix("goes on")) }
    }
  }

  @Test func theTableHasEveryKeyOfANetworkAndSaysWhatHappens() throws {
    let documented = try Self.documented()
    #expect(documented.map(\.key).sorted() == NetworkValues.others.keys.sorted())
    for (key, expected) in documented {
      let value = try #require(NetworkValues.others[key], "\(key)")
      let with = NetworkValues.companions(of: key)
      let after = with + ["train.NAME.\(key)=\(value)"]
      let (old, new) = (try recipe(with), try recipe(after))
      if key == "checkpoint_steps" {
        #expect(old == new, "how often work is kept decides nothing")
        continue
      }
      #expect(old != new, "\(key)")
      let verdict = try verdict(with, after, finished: 5)
      if case .goesOn(let continuation) = verdict {
        #expect(expected, "\(key) goes on")
        #expect(continuation.from == "epoch 6" && !continuation.differences.isEmpty, "\(key)")
      } else {
        #expect(!expected, "\(key) begins anew")
      }
    }
  }

  @Test(arguments: ["constant", "step", "plateau"])
  func moreEpochsGoOnUnlessTheScheduleCountsThem(schedule: String) throws {
    let kind = "schedule=\(schedule)"
    #expect(try goesOn("\(kind); epochs=9", "\(kind); epochs=12", finished: 9, isDone: true))
    #expect(try goesOn("\(kind); epochs=9", "\(kind); epochs=12", finished: 3))
    #expect(try goesOn("\(kind); epochs=9", "\(kind); epochs=6", finished: 5))
    // It may stand inside the seventh epoch.
    #expect(try !goesOn("\(kind); epochs=9", "\(kind); epochs=6", finished: 6))
    #expect(try !goesOn("\(kind); epochs=9", "\(kind); epochs=8", finished: 9, isDone: true))
    #expect(
      try !goesOn("\(kind); epochs=9", "\(kind); epochs=12; seed=2", finished: 9, isDone: true))
  }

  @Test func aCosineSaysWhyAndWhatToDo() throws {
    let verdict = try verdict(
      ["train.NAME.schedule=cosine"], ["train.NAME.schedule=cosine", "train.NAME.epochs=12"])
    guard case .beginsAnew(let note?) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(note.contains("cosine") && note.contains("train.NAME.continue_from: best"))
  }

  @Test func phasesAreComparedUpToWhereTheTrainingStands() throws {
    func phases(_ first: String, _ second: String? = nil) -> String {
      "phases=[{optimizer: sgd, \(first)}" + (second.map { ", {optimizer: rmsprop, \($0)}" } ?? "")
        + "]"
    }
    let (cosine, short) = ("epochs: 4, schedule: cosine", "epochs: 5, schedule: constant")
    let long = "epochs: 8, schedule: constant"
    // A finished cosine does not mind more epochs of what follows it.
    let old = phases(cosine, short)
    #expect(try goesOn(old, phases(cosine, long), finished: 6))
    #expect(try goesOn(old, phases(cosine, long), finished: 9, isDone: true))
    #expect(try !goesOn(old, phases("epochs: 5, schedule: cosine", short), finished: 6))
    // What has not begun may be anything, and may be absent.
    #expect(try goesOn(old, phases(cosine, "epochs: 2, schedule: cosine"), finished: 3))
    #expect(try goesOn(old, phases(cosine), finished: 3))
    #expect(try !goesOn(old, phases(cosine), finished: 4))
    // One behind the last.
    #expect(try goesOn(phases(short), phases(short, long), finished: 5, isDone: true))
    #expect(try !goesOn(phases(long), phases(short, long), finished: 8, isDone: true))
    #expect(try !goesOn(phases(short), phases(short + ", momentum: 0"), finished: 3))
  }

  @Test func earlyStoppingLeavesOpenWhereAPhaseEnded() throws {
    func settings(_ first: Int, _ second: Int) -> String {
      "stop.patience=1; phases=[{optimizer: sgd, epochs: \(first), schedule: constant}, "
        + "{optimizer: rmsprop, epochs: \(second), schedule: constant}]"
    }
    #expect(try goesOn(settings(5, 5), settings(5, 8), finished: 4))
    #expect(try !goesOn(settings(5, 5), settings(8, 5), finished: 4))
    #expect(try !goesOn(settings(5, 5), settings(5, 4), finished: 4))
  }
}
