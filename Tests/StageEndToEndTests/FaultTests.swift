import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  /// A short form of `faults/run`: file operations that fail, and kills, by `faults/shim.c`.
  @Suite("Faults", .serialized, .enabled(if: FaultShim.built != nil))
  struct FaultTests {
    private let shim: FaultShim
    private let pipeline: TinyPipeline

    init() throws {
      shim = try #require(FaultShim.built)
      pipeline = try TinyPipeline.copyOfFinished()
    }

    /// The bytes of an artifact but for the record and the log of its run; `nil` where there is none.
    private func contents(_ instance: StageInstance) throws -> [String: Data]? {
      let folder = pipeline.layout.directory(instance)
      guard FileManager.default.fileExists(atPath: pipeline.layout.manifest(instance).path) else {
        return nil
      }
      var found: [String: Data] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      where ![ArtifactLayout.run, ArtifactLayout.log].contains(path) {
        let file = folder.appending(path: path)
        if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
          found[path] = try Data(contentsOf: file)
        }
      }
      return found
    }

    private func clear(_ instance: StageInstance) {
      for folder in [pipeline.layout.directory(instance), pipeline.layout.staging(instance)] {
        try? FileManager.default.removeItem(at: folder)
      }
    }

    /// A stage that ends with the status, publishes nothing else than `wanted` and says where it
    /// failed; the next run publishes just that.
    private func check(
      _ instance: StageInstance, _ fault: String, _ statuses: Set<Int32>, wanted: [String: Data],
      on path: String? = nil, options: [String] = []
    ) throws {
      clear(instance)
      let run = try pipeline.stage(
        instance, options + ["--set", "compute.threads=1"],
        environment: shim.environment(fault, on: path ?? pipeline.folder.path))
      let comment = Comment(rawValue: "\(fault) \(path ?? ""): \(run)")
      let published = try contents(instance)
      if run.status == 0 {
        #expect(published == wanted, comment)
      } else {
        #expect(statuses.contains(run.status), comment)
        #expect(published == nil || published == wanted, comment)
        if run.status > 0 {
          #expect(run.errorLines.last?.contains(path ?? "/") == true, comment)
        }
      }
      let next = try pipeline.stage(instance, options)
      #expect(next.status == 0, "after \(fault): \(next)")
      #expect(try contents(instance) == wanted, "after \(fault)")
    }

    /// Numbers of operations from the first to the last, evenly.
    private func spread(_ total: Int, _ count: Int) -> [Int] {
      total <= count
        ? Array(1...max(1, total)) : (0..<count).map { 1 + $0 * (total - 1) / (count - 1) }
    }

    @Test(
      "A stage fails with its class, or not at all, and the next run makes the same bytes",
      arguments: [StageInstance(.convert, .test), StageInstance(.split), StageInstance(.merge)])
    func stages(instance: StageInstance) throws {
      defer { pipeline.remove() }
      let wanted = try #require(try contents(instance))
      clear(instance)
      let file = pipeline.folder.appending(path: "counts")
      let run = try pipeline.stage(
        instance, ["--set", "compute.threads=1"],
        environment: shim.counting(into: file, on: pipeline.folder.path))
      try #require(run.status == 0, "\(run)")
      #expect(try contents(instance) == wanted)
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      var counts: [String: Int] = [:]
      for words in lines.map({ $0.split(separator: " ") }) where words.count == 2 {
        counts[String(words[0])] = Int(words[1])
      }
      for number in spread(try #require(counts["any"]), 4) {
        try check(instance, "any:\(number):kill", [-9], wanted: wanted)
      }
      let failures: [(kind: String, action: String, status: Int32)] = [
        ("read", "EIO", 74), ("open", "EMFILE", 74), ("write", "EIO", 74), ("sync", "EIO", 74),
        ("rename", "EIO", 74),
      ]
      for (kind, action, status) in failures {
        let total = try #require(counts[kind])
        try check(
          instance, "\(kind):\(1 + total / 2):\(action)", [status], wanted: wanted)
      }
      for (kind, action) in [("write", "ENOSPC"), ("stat", "EIO")] {
        let third = 1 + (counts[kind] ?? 0) / 3
        try check(instance, "\(kind):\(third)+:\(action)", [74], wanted: wanted)
      }
    }

    /// An exclusion would be for good: the artifact is fresh, and the test's slice has no prediction.
    @Test(
      "A file that the system cannot read is no quirk",
      arguments: [
        ("open:1:EIO", 74), ("open:1:EACCES", 66), ("open:1:ESTALE", 74), ("open:1:EMFILE", 74),
        ("read:1:EIO", 74), ("stat:1+:EIO", 74), ("open:2:EACCES", 66), ("read:2:EIO", 74),
        ("open:2:ENOENT", 66),
      ] as [(String, Int32)])
    func unreadableSlices(fault: String, status: Int32) throws {
      defer { pipeline.remove() }
      let instance = StageInstance(.convert, .test)
      let wanted = try #require(try contents(instance))
      let folder = pipeline.layout.directory(StageInstance(.phantom)).appending(path: "test")
      let file = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().first)
      try check(instance, fault, [status], wanted: wanted, on: "phantom/test/\(file)")
    }

    @Test("Inputs that cannot be read are named, with their class")
    func inputs() throws {
      defer { pipeline.remove() }
      let phantom = pipeline.layout.directory(StageInstance(.phantom))
      for (instance, name) in [
        (StageInstance(.split), ArtifactLayout.Phantom.trainLabels),
        (StageInstance(.merge), ArtifactLayout.Phantom.sampleSubmission),
      ] {
        let wanted = try #require(try contents(instance))
        try check(instance, "read:1:EIO", [74], wanted: wanted, on: name)
        try check(instance, "open:1:EACCES", [66], wanted: wanted, on: name)
      }
      let test = phantom.appending(path: ArtifactLayout.Phantom.testDICOM)
      let slice = try #require(
        try FileManager.default.contentsOfDirectory(atPath: test.path).sorted().first)
      let path = test.appending(path: slice).path
      for (fault, status) in [("read:1:EIO", 74), ("open:1:EACCES", 66)] as [(String, Int32)] {
        let run = try pipeline.start(
          "ichor-probe", ["dicom", path], environment: shim.environment(fault, on: slice)
        ).wait()
        #expect(run.status == status && run.output.contains(slice), "\(run)")
      }
      for (fault, status) in [("read:1:EIO", 74), ("open:1:EACCES", 66)] as [(String, Int32)] {
        let run = try pipeline.stage(
          StageInstance(.split), environment: shim.environment(fault, on: "pipeline.yaml"))
        #expect(run.status == status && run.errors.contains("pipeline.yaml"), "\(run)")
      }
    }

    /// Dispatch would wait for them for ever.
    @Test("Refused threads are an error before the work", arguments: [1, 6])
    func threads(number: Int) throws {
      defer { pipeline.remove() }
      let shim = shim.environment("thread:\(number)+:EAGAIN", on: "")
      for executable in ["ichor-convert", "ichor-driver"] {
        let arguments = executable == "ichor-driver" ? ["status"] : ["--instance", "test"]
        let run = try pipeline.start(
          executable, arguments + (number == 1 ? [] : ["--set", "compute.threads=9"]),
          environment: shim
        ).wait()
        // The driver needs no more threads than it tries.
        if number > 1, executable == "ichor-driver" {
          #expect(run.status == 0, "\(run)")
        } else {
          #expect(run.status == 74 && run.errors.contains("(threads-refused)"), "\(run)")
        }
      }
    }

    /// A manifest that cannot be read is there: “missing” would have its stage run again.
    @Test("The driver tells an unreadable artifact from a missing one")
    func driver() throws {
      defer { pipeline.remove() }
      // Foundation looks at paths too, and ignores what it learns: the failure of the stat lasts.
      for fault in ["read:1:EIO", "open:1:EIO", "stat:1+:EIO"] {
        for command in [["status", "--json"], ["plan"], ["show", "split"]] {
          let run = try pipeline.start(
            "ichor-driver", command,
            environment: shim.environment(fault, on: "artifacts/split/manifest.json")
          ).wait()
          #expect(run.status == 74, "\(fault): \(run)")
          #expect(run.errors.contains("split/manifest.json"), "\(fault): \(run)")
        }
      }
    }
  }
}
