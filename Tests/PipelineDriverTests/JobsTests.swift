import Diagnostics
import Foundation
import PipelineContract
import TestFolders
import Testing

@testable import PipelineDriver

@Suite struct JobsTests {
  private let fake: FakePipeline

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
  }

  private var root: String { fake.folder.url.path }

  /// Lets stages wait for each other: they end only if they run side by side.
  private func meet(_ instances: String...) throws {
    for instance in instances {
      let name = instance.replacing("/", with: "-")
      let others = instances.filter { $0 != instance }.map { $0.replacing("/", with: "-") }
      let conditions = others.map { "[ -e \(root)/met-\($0) ]" }.joined(separator: " && ")
      try fake.whenRunning(
        instance,
        """
        touch \(root)/met-\(name)
        n=0
        until \(conditions); do sleep 0.02; n=$((n+1)); [ $n -gt 1500 ] && exit 70; done
        """)
    }
  }

  @Test func independentInstancesRunSideBySideInTheirOrder() throws {
    try meet("convert/train", "convert/test")
    try meet("train/a", "train/b")
    try meet("predict/a", "predict/b")
    let run = try fake.run(FakePipeline.options(jobs: 2))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.ran.sorted() == FakePipeline.everything.sorted())
    let place = { (name: String) in run.ran.firstIndex(of: name) ?? -1 }
    for instance in try fake.pipeline().graph.instances {
      for source in try fake.pipeline().graph.dependencies(of: instance) {
        #expect(place("\(source)") < place("\(instance)"), "\(source) before \(instance)")
      }
    }
    let rows = run.text.split(separator: "\n").dropFirst().prefix(10)
    #expect(rows.map { String($0.prefix { $0 != " " }) } == FakePipeline.everything)
    #expect(try fake.run(FakePipeline.options(jobs: 2)).ran == [])
  }

  /// A stage alone gets all the processors, two share them, and the results are what they are.
  @Test func processorsAreDivided() throws {
    try meet("convert/train", "convert/test")
    _ = try fake.run(FakePipeline.options(jobs: 3), processors: 6)
    let calls = try String(contentsOfFile: "\(root)/calls", encoding: .utf8).split(separator: "\n")
    let threads = { (name: String) in
      calls.first { $0.hasPrefix("\(name) ") }?.split(separator: " ").last.map(String.init)
    }
    #expect(threads("phantom") == "6")
    #expect(threads("convert/train") == "3" && threads("convert/test") == "3")
    #expect(threads("merge") == "6")
  }

  @Test func oneJobIsCalledAsBefore() throws {
    _ = try fake.run(FakePipeline.options(["convert/test"]))
    let calls = try String(contentsOfFile: "\(root)/calls", encoding: .utf8)
    #expect(!calls.contains("--threads") && !calls.contains("--wait"))
  }

  @Test func neitherProcessorsNorMemoryAreOverbooked() {
    let budget = JobBudget(jobs: 4, processors: 4, memory: 1000)
    let unknown = JobBudget.Need()
    let fixed = JobBudget.Need(threads: 2)
    let big = JobBudget.Need(memory: 600)
    #expect(budget.allows(JobBudget.Need(threads: 9, memory: 5000), beside: []))
    #expect(budget.allows(unknown, beside: [unknown, unknown, unknown]))
    #expect(!budget.allows(unknown, beside: [unknown, unknown, unknown, unknown]))
    #expect(budget.allows(fixed, beside: [fixed]))
    #expect(!budget.allows(fixed, beside: [fixed, unknown, unknown]))
    #expect(!budget.allows(big, beside: [big]))
    #expect(budget.allows(JobBudget.Need(memory: 400), beside: [big]))
    #expect(!budget.allows(JobBudget.Need(memory: .max), beside: [JobBudget.Need(memory: .max)]))
    // What is not known is not counted.
    #expect(budget.allows(unknown, beside: [big]) && budget.allows(big, beside: [unknown]))
    #expect(budget.share(of: [unknown]) == 4 && budget.share(of: [unknown, unknown]) == 2)
    #expect(budget.share(of: [fixed, unknown, unknown]) == 1)
    #expect(budget.share(of: [JobBudget.Need(threads: 9), unknown]) == 1)
  }

  /// The records of the fake stages all say how much this test's process holds.
  @Test func whatTookTooMuchMemoryTogetherRunsInTurn() throws {
    #expect(try fake.run().status == 0)
    try fake.whenRunning("train/a", "touch \(root)/a; sleep 0.3; rm \(root)/a")
    try fake.whenRunning("train/b", "if [ -e \(root)/a ]; then exit 70; fi")
    var options = FakePipeline.options(["train"], jobs: 2)
    options.force = true
    #expect(try fake.run(options, memory: 1).status == 0)
  }

  @Test func aFailureLetsTheOthersEndAndStartsNothing() throws {
    try meet("train/a", "train/b")
    try fake.whenRunning("train/a", try act("train/a") + "\nexit 65")
    try fake.whenRunning("train/b", try act("train/b") + "\nsleep 0.5")
    let run = try fake.run(FakePipeline.options(jobs: 2))
    #expect(run.status == 65)
    #expect(try fake.states()["train/b"] == "fresh")
    #expect(!run.ran.contains("predict/b"))
    #expect(run.text.contains("failed: exit status 65") && run.text.contains("not run"))
  }

  @Test func theFirstFailureGivesTheStatus() throws {
    try meet("train/a", "train/b")
    try fake.whenRunning("train/a", try act("train/a") + "\nsleep 0.5; exit 65")
    try fake.whenRunning("train/b", try act("train/b") + "\nexit 74")
    #expect(try fake.run(FakePipeline.options(jobs: 2)).status == 74)
  }

  @Test func keepGoingRunsWhatDoesNotDependOnIt() throws {
    try fake.whenRunning("train/a", "exit 65")
    var options = FakePipeline.options(jobs: 3)
    options.keepGoing = true
    let run = try fake.run(options)
    #expect(run.status == 65)
    let expected = FakePipeline.everything.filter {
      !["predict/a", "merge", "report"].contains($0)
    }
    #expect(Set(run.ran) == Set(expected))
  }

  @Test func aSignalReachesAllThatRun() throws {
    for name in ["a", "b"] {
      try fake.whenRunning(
        "train/\(name)",
        "trap 'echo \(name) >> \(root)/signals; exit 143' HUP; touch \(root)/up-\(name)\n"
          + "while :; do sleep 0.02; done")
    }
    nonisolated(unsafe) let relay = SignalRelay(ignored: [])
    let ups = ["a", "b"].map { "\(root)/up-\($0)" }
    Thread.detachNewThread {
      while !ups.allSatisfy(FileManager.default.fileExists(atPath:)) { usleep(10_000) }
      relay.deliver(SIGHUP)
    }
    let run = try fake.run(FakePipeline.options(jobs: 2), relay: relay)
    #expect(run.status == 143)
    let signals = try String(contentsOfFile: "\(root)/signals", encoding: .utf8)
    #expect(signals.split(separator: "\n").sorted() == ["a", "b"])
    #expect(!run.ran.contains { $0.hasPrefix("predict") })
  }

  /// Only the driver can write to the pipe whose end tells a stage that the driver has ended.
  @Test(arguments: [1, 2])
  func aStageGetsTheReadingEndOfItsLifelineAndNoOther(jobs: Int) throws {
    for name in ["a", "b"] {
      try fake.whenRunning(
        "train/\(name)",
        """
        n=$\(DriverLifeline.variable)
        pipe=$(readlink /proc/$$/fd/$n)
        for f in /proc/$$/fd/*; do
          if [ "$(readlink $f)" = "$pipe" ]; then echo "${f##*/}"; fi
        done > \(root)/ends-\(name)
        echo $n > \(root)/told-\(name)
        grep flags /proc/$$/fdinfo/$n > \(root)/flags-\(name)
        """)
    }
    #expect(try fake.run(FakePipeline.options(["train"], jobs: jobs)).status == 0)
    for name in ["a", "b"] {
      let told = try String(contentsOfFile: "\(root)/told-\(name)", encoding: .utf8)
      #expect(try String(contentsOfFile: "\(root)/ends-\(name)", encoding: .utf8) == told)
      // The last octal digit is the access mode: 0 is O_RDONLY.
      let flags = try String(contentsOfFile: "\(root)/flags-\(name)", encoding: .utf8)
      #expect(flags.hasPrefix("flags:") && flags.hasSuffix("0\n"), "\(flags)")
    }
    var options = FakePipeline.options(["train"], jobs: jobs)
    options.force = true
    options.detach = true
    try fake.whenRunning("train/a", "echo \"-$\(DriverLifeline.variable)-\" > \(root)/told-a")
    try fake.whenRunning("train/b", "")
    #expect(try fake.run(options).status == 0)
    #expect(try String(contentsOfFile: "\(root)/told-a", encoding: .utf8) == "--\n")
  }

  @Test func linesOnStandardErrorCarryTheInstance() throws {
    try meet("train/a", "train/b")
    for name in ["a", "b"] {
      try fake.whenRunning(
        "train/\(name)",
        try act("train/\(name)")
          + "\necho 'ichor-train: warning: odd' >&2; echo 'train/\(name): 5 %' >&2\n"
          + "printf half >&2")
    }
    let run = try fake.run(FakePipeline.options(["train"], jobs: 2))
    let lines = run.errors.split(separator: "\n").map(String.init)
    for name in ["a", "b"] {
      #expect(lines.contains("train/\(name): ichor-train: warning: odd"), "\(lines)")
      #expect(lines.contains("train/\(name): 5 %"))
      #expect(lines.contains("train/\(name): half"))
    }
  }

  /// Bars are redrawn in place, with lines above them.
  @Test func barsStandBelowTheLines() throws {
    let staging = fake.layout.staging(StageInstance(.train, "a")).path
    try meet("train/a", "train/b")
    try fake.whenRunning(
      "train/a",
      "mkdir -p \(staging)\n"
        + "echo '{\"completed\":3,\"total\":4,\"unit\":\"images\",\"detail\":\"\"}' "
        + "> \(staging)/.progress.json\n" + (try act("train/a")) + "\nsleep 0.8")
    try fake.whenRunning("train/b", try act("train/b") + "\nsleep 0.8")
    var options = FakePipeline.options(["train"], jobs: 2)
    options.progress = "bar"
    let run = try fake.run(options)
    #expect(
      run.errors.contains("train/a  [██████████████████······]  75 %  3/4 images\ntrain/b  0:0"),
      "\(run.errors)")
    #expect(run.errors.contains("\r\u{1B}[1A\u{1B}[J"))
    #expect(run.errors.hasSuffix("\u{1B}[J") || run.errors.hasSuffix("\u{1B}[K"))
  }

  private func act(_ instance: String) throws -> String {
    try String(contentsOfFile: "\(root)/act/\(instance)", encoding: .utf8)
  }
}
