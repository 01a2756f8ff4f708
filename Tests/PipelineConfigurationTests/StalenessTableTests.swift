import Foundation
import PipelineConfiguration
import PipelineContract
import Testing

/// Which instances every key of the configuration makes stale, as `docs/staleness.md` says it.
@Suite struct StalenessTableTests {
  private static let yaml = """
    phantom: {train_patients: 4, test_patients: 2}
    train:
      NAME: {model: resnet18, size: 112, batch: 2, epochs: 9, optimizer: sgd}
      other: {model: resnet50, size: 112, batch: 2, epochs: 9, optimizer: sgd}
    """

  /// Another valid value for each key, and what has to be set for it to be valid at all.
  private static let changes: [String: (value: String, with: [String])] = {
    var changes: [String: (value: String, with: [String])] = [
      "data.train.dicom": ("/new", outside), "data.train.labels": ("/new.csv", outside),
      "data.test.dicom": ("/new", outside), "data.test.submission": ("/new.csv", outside),
      "phantom.seed": ("2", []), "phantom.train_patients": ("5", []),
      "phantom.test_patients": ("5", []), "phantom.bleeding_fraction": ("0.5", []),
      "convert.sizes": ("[112, 64]", []), "convert.windows": ("[bone]", []),
      "convert.repairs": ("[]", []), "convert.pseudonymize": ("{key_file: /key}", []),
      "convert.on_excluded": ("fail", []), "convert.shard_slices": ("8", []),
      "convert.expect": ("{pixel-data-short: 1}", []),
      "split.seed": ("2", []), "split.folds": ("3", []), "split.fold": ("1", []),
      "split.redraw_each_epoch": ("true", []), "split.group": ("study", []),
      "split.ignore_pictures": ("[ID_1]", []), "labels.unlabelled": ("skip", []),
      "compute.backend": ("openblas", []), "compute.precision": ("f32", ["compute.precision=bf16"]),
      "compute.threads": ("1", []), "train.stop_after": ("9", []),
      "predict.batch": ("3", []), "predict.correct_prior": ("true", []),
      "merge.models": ("[other]", []), "merge.weights": ("equal", []), "report.slices": ("2", []),
    ]
    for stage in Stage.allCases { changes["keep.\(stage.rawValue)"] = ("7", []) }
    for (key, value) in network {
      changes["train.NAME.\(key)"] = (value, NetworkValues.companions(of: key))
    }
    return changes
  }()

  private static let outside = [
    "data.train={dicom: /train, labels: /labels.csv}",
    "data.test={dicom: /test, submission: /submission.csv}",
  ]

  private static let network = NetworkValues.others

  private func configuration(_ settings: [String]) throws -> Configuration {
    try Configuration.parse(
      Self.yaml, name: "p.yaml", folder: URL(fileURLWithPath: "/"), overrides: settings)
  }

  /// The instances whose parameters or inputs differ between two configurations.
  private func stale(_ old: Configuration, _ new: Configuration) throws -> Set<String> {
    func recipe(_ instance: StageInstance, _ configuration: Configuration) throws -> (
      parameters: JSONValue, inputs: [InputSource]
    )? {
      guard configuration.instances.contains(instance) else { return nil }
      return (
        .object(try configuration.parameters(for: instance)), configuration.inputs(of: instance)
      )
    }
    var found: Set<String> = []
    for instance in Set(old.instances).union(new.instances) {
      guard let before = try recipe(instance, old), let after = try recipe(instance, new),
        before.parameters.isSame(as: after.parameters), before.inputs == after.inputs
      else {
        found.insert("\(instance)")
        continue
      }
    }
    return found
  }

  /// Key to the instances of its row, with patterns filled in.
  private static func documented() throws -> [(key: String, stale: Set<String>)] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/staleness.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return lines.filter { $0.hasPrefix("| `") }.flatMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      // What follows a semicolon is about other values than the test's.
      let instances = cells[1].split(separator: ";")[0]
      let names = Self.quoted(instances).flatMap { name in
        switch name {
        case "convert/*": ["convert/train", "convert/test"]
        case "train/*": ["train/NAME", "train/other"]
        case "predict/*": ["predict/NAME", "predict/other"]
        default: [name]
        }
      }
      return Self.quoted(cells[0]).map { ($0, Set(names)) }
    }
  }

  private static func quoted(_ text: some StringProtocol) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  @Test func theTableHasEveryKeyOnceAndNoOther() throws {
    let documented = try Self.documented().map(\.key)
    let keys = Configuration.keys.map(\.key)
    #expect(
      Set(keys).subtracting(documented).sorted() == [], "give these a row in docs/staleness.md")
    #expect(Set(documented).subtracting(keys).sorted() == [], "there are no such keys")
    #expect(documented.count == Set(documented).count)
    #expect(
      Set(keys).symmetricDifference(Self.changes.keys).sorted() == [],
      "give these another value in `changes`")
  }

  @Test func everyKeyMakesStaleWhatTheTableSays() throws {
    let documented = try Self.documented()
    #expect(documented.count > 90)
    for (key, expected) in documented {
      let change = try #require(Self.changes[key], "\(key)")
      let before = try configuration(change.with)
      let after = try configuration(change.with + ["\(key)=\(change.value)"])
      #expect(before != after, "\(key)")
      #expect(try stale(before, after) == expected, "\(key)")
    }
  }

  @Test func windowsToAndFromHounsfieldUnitsReachTheNetworks() throws {
    let stale = try stale(configuration([]), configuration(["convert.windows=hu16"]))
    #expect(stale == ["convert/train", "convert/test", "train/NAME", "train/other"])
  }
}
