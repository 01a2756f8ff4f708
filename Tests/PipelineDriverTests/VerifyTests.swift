import Diagnostics
import Foundation
import PipelineContract
import Synchronization
import Testing

@testable import PipelineDriver

@Suite struct VerifyTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    _ = try fake.run()
  }

  private func output(_ instance: String) -> URL {
    fake.layout.root.appendingPathComponent("\(instance)/out.csv")
  }

  private func change(_ file: URL, _ change: (inout Data) -> Void) throws {
    var bytes = try Data(contentsOf: file)
    change(&bytes)
    try bytes.write(to: file)
  }

  private func verification(_ names: [String] = []) throws -> ArtifactVerification {
    try ArtifactVerification(fake.pipeline(), named: names)
  }

  @Test func everythingThatIsAsItWasWrittenPasses() throws {
    let report = try verification().perform()
    #expect(
      report.artifacts.map(\.instance.description).sorted() == FakePipeline.everything.sorted())
    #expect(report.status == .done && report.damaged.isEmpty)
    #expect(report.text.hasPrefix("Verified 10 artifacts, 10 files, "))
    let names = try verification(["train", "merge"]).perform().artifacts.map(\.instance.description)
    #expect(names == ["train/a", "train/b", "merge"])
  }

  @Test func aFlippedBitIsNamedAndRepaired() throws {
    try change(output("train/b")) { $0[3] ^= 1 }
    #expect(try fake.states().values.allSatisfy { $0 == "fresh" })
    let verification = try verification()
    let report = try verification.perform()
    #expect(report.status == .badData)
    #expect(report.text.contains("train/b: out.csv is not what was written, though as long\n"))
    #expect(report.text.hasSuffix(": train/b is damaged."))
    let sentences = try verification.repair(report)
    #expect(sentences.count == 1 && sentences[0].contains("./ichor run train/b"))
    let states = try fake.states()
    #expect(states["train/b"] == "stale" && states["train/a"] == "fresh")
    #expect(try fake.run().ran == ["train/b"])
    #expect(try self.verification().perform().status == .done)
  }

  @Test func whatIsMissingOrCutIsNamed() throws {
    try FileManager.default.removeItem(at: output("merge"))
    try change(output("split")) { $0.removeLast(5) }
    let report = try verification().perform()
    #expect(report.status == .badData)
    #expect(report.text.contains("merge: out.csv is missing\n"))
    #expect(report.text.contains(#/split: out.csv has \d+ bytes where \d+ were written\n/#))
    #expect(report.text.hasSuffix(": split, merge are damaged."))
  }

  /// `/proc/self/mem` can be opened, and reading its beginning fails with EIO.
  @Test func whatCannotBeReadIsNoDifference() throws {
    let file = output("report")
    // As many bytes as are recorded.
    let size = try Data(contentsOf: file).count
    try #require(size > 0)
    let damage = ArtifactVerification.damage(
      to: Manifest.Output(path: "mem", sha256: String(repeating: "0", count: 64), bytes: 0),
      in: URL(fileURLWithPath: "/proc/self"))
    #expect(damage?.isUnreadable == true)
    #expect(damage?.reason.hasPrefix("cannot be read: ") == true)
    let report = VerificationReport(
      artifacts: [
        .init(
          instance: StageInstance(.report), files: 1, bytes: size,
          state: .damaged([try #require(damage)]))
      ])
    #expect(report.status == .inputOutput)
    #expect(report.text.hasSuffix(": report is not to be read."))
    // It may be whole: nothing is moved aside.
    #expect(
      try verification().repair(report)
        == ["report is left as it is: what can't be read may be whole."])
    #expect(try fake.states()["report"] == "fresh")
  }

  enum Spoiling: String, CaseIterable {
    case cut, foreign, unsorted, hash, outside
  }

  @Test(arguments: Spoiling.allCases)
  func aManifestThatCannotBeRightIsNamed(_ spoiling: Spoiling) throws {
    let file = fake.layout.root.appendingPathComponent("predict/a/manifest.json")
    try change(file) { bytes in
      var text = String(decoding: bytes, as: UTF8.self)
      switch spoiling {
      case .cut: text.removeLast(text.count / 2)
      case .foreign: text.replace("\"predict\"", with: "\"convert\"")
      case .unsorted:
        let entry = text.components(separatedBy: "\"outputs\" : [")[1]
          .components(separatedBy: "]")[0]
        text.replace(entry, with: "\(entry.dropLast(3)),\(entry)")
      case .hash: text.replace(#/"sha256" : "[0-9a-f]/#, with: "\"sha256\" : \"x")
      case .outside: text.replace("out.csv", with: "../a/out.csv")
      }
      bytes = Data(text.utf8)
    }
    let verification = try verification(["predict/a"])
    let report = try verification.perform()
    #expect(report.status == .badData, "\(report.text)")
    #expect(report.text.hasPrefix("predict/a: manifest.json "), "\(report.text)")
    _ = try verification.repair(report)
    #expect(try fake.states()["predict/a"] == "missing")
    // Nothing but the manifest says which files are right, so none is moved.
    #expect(FileManager.default.fileExists(atPath: output("predict/a").path))
  }

  @Test func anArtifactOfAnotherConfigurationIsVerifiedToo() throws {
    let root = fake.layout.root
    try FileManager.default.copyItem(
      at: root.appendingPathComponent("train/a"), to: root.appendingPathComponent("train/old"))
    let report = try verification().perform()
    #expect(report.text.contains("train/old: manifest.json"))
    #expect(report.text.contains("it is that of train/a"))
  }

  @Test func whatARunWritesIsLeftOut() throws {
    let lock = try ArtifactLock(StageInstance(.split), in: fake.layout, mode: .exclusive)
    let report = try verification().perform()
    #expect(report.status == .busy)
    #expect(report.text.contains("split: not verified, as a run writes it"))
    withExtendedLifetime(lock) {}
  }

  @Test func aReaderIsNotDisturbed() throws {
    let lock = try ArtifactLock(StageInstance(.split), in: fake.layout, mode: .shared)
    #expect(try verification(["split"]).perform().status == .done)
    try change(output("split")) { $0[0] ^= 1 }
    let verification = try verification(["split"])
    let report = try verification.perform()
    let error = #expect(throws: IchorError.self) { try verification.repair(report) }
    #expect(error?.kind == .busy)
    withExtendedLifetime(lock) {}
  }

  /// Between the report and the repair, another run made the artifact again.
  @Test func whatIsWholeAgainStays() throws {
    let good = try Data(contentsOf: output("split"))
    try change(output("split")) { $0[0] ^= 1 }
    let verification = try verification()
    let report = try verification.perform()
    try good.write(to: output("split"))
    _ = try verification.repair(report)
    #expect(try Data(contentsOf: output("split")) == good)
  }

  @Test func jsonNamesFilesAndReasons() throws {
    try change(output("train/a")) { $0[0] ^= 0x80 }
    guard case .object(let root) = try verification(["train"]).perform().json,
      case .array(let elements)? = root["artifacts"], case .object(let first) = elements[0],
      case .object(let second) = elements[1]
    else {
      Issue.record("not the object that was promised")
      return
    }
    #expect(first["stage"] == .string("train") && first["instance"] == .string("a"))
    #expect(first["state"] == .string("damaged"))
    #expect(
      first["damaged"]
        == .array([
          .object([
            "path": .string("out.csv"),
            "reason": .string("is not what was written, though as long"),
          ])
        ]))
    #expect(second["state"] == .string("whole") && second["damaged"] == .array([]))
  }

  @Test func unknownNamesAreUsageErrors() {
    for name in ["trian", "train/zzz"] {
      let error = #expect(throws: IchorError.self) { try verification([name]) }
      #expect(error?.kind == .usage)
    }
  }

  @Test func progressIsALineOnATerminalAndLinesElsewhere() {
    for isTerminal in [true, false] {
      let texts = Mutex<[String]>([])
      let progress = LineProgress("verify", isTerminal: isTerminal) { text in
        texts.withLock { $0.append(text) }
      }
      // Not at once: short work needs no progress.
      progress.report(completed: 1, total: 10, unit: "bytes", detail: "split")
      progress.finish()
      #expect(texts.withLock { $0 } == [])
    }
    let texts = Mutex<[String]>([])
    let progress = LineProgress("verify", isTerminal: true) { text in
      texts.withLock { $0.append(text) }
    }
    usleep(210_000)
    progress.report(completed: 1000, total: 4000, unit: "bytes", detail: "split")
    progress.finish()
    let shown = texts.withLock { $0 }
    #expect(shown.count == 2 && shown.last == "\r\u{1B}[K")
    #expect(shown.first?.hasPrefix("\r\u{1B}[Kverify: 25 %  1.0 kB of 4.0 kB") == true)
    #expect(shown.first?.hasSuffix("left  split") == true)
  }
}
