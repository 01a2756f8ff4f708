import Foundation
import ContentHashing
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("Streams that are closed or full", .serialized)
  struct StreamTests {
    /// How a shell is told to spoil standard error, in ways that do not take the other stream.
    static let spoiltErrors = ["2>&-", "2>/dev/full"]
    static let spoiltOutputs = [">&-", ">/dev/full"]

    /// Runs the executable by a shell, with redirections.
    private func run(
      _ pipeline: TinyPipeline, _ redirections: String, _ executable: String, _ arguments: [String]
    ) throws -> ProcessRun {
      try RunningProcess(
        URL(filePath: "/bin/sh"),
        ["-c", "exec \"$0\" \"$@\" \(redirections)", BuiltExecutables.url(executable).path]
          + arguments, in: pipeline.folder
      ).wait()
    }

    @Test("Results go on without standard error", arguments: spoiltErrors)
    func results(redirection: String) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let status = try run(pipeline, redirection, "ichor-driver", ["status", "--json"])
      #expect(status.status == 0 && status.output.hasPrefix("{\"instances\":["), "\(status)")
      let version = try run(pipeline, redirection, "ichor-bench", ["--version"])
      #expect(version.status == 0 && version.output == "\(IchorVersion.current)\n", "\(version)")
    }

    @Test("An error keeps its status without standard error", arguments: spoiltErrors)
    func errors(redirection: String) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let calls: [(executable: String, arguments: [String], status: Int32)] = [
        ("ichor-driver", ["status", "--config", "none.yaml"], 66),
        ("ichor-driver", ["run", "nowhere"], 64),
        ("ichor-probe", ["verify-resume", "--model", "huge"], 64),
        ("ichor-probe", ["dicom", "none.dcm"], 66),
        ("ichor-probe", ["dicom", "none.dcm", "--unknown"], 64),
        ("ichor-bench", ["loader", "--artifact", "none"], 66),
        ("ichor-bench", ["train", "--size", "0"], 64),
        ("ichor-split", [], 66),
      ]
      for call in calls {
        let run = try run(pipeline, redirection, call.executable, call.arguments)
        #expect(run.status == call.status, "\(run)")
      }
    }

    @Test("Results that cannot be written end with 74, and say so", arguments: spoiltOutputs)
    func lostResults(redirection: String) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let calls: [(executable: String, arguments: [String])] = [
        ("ichor-driver", ["status", "--json"]), ("ichor-driver", ["plan"]),
        ("ichor-driver", ["graph"]), ("ichor-driver", ["--help"]),
        ("ichor-probe", ["dicom", "none.dcm"]), ("ichor-probe", ["--version"]),
        ("ichor-bench", ["--help"]),
        (
          "ichor-bench",
          [
            "train", "--model", "resnet18", "--size", "32", "--batch", "1", "--steps", "1",
            "--precision", "f32", "--backend", "openblas",
          ]
        ),
      ]
      for call in calls {
        let run = try run(pipeline, redirection, call.executable, call.arguments)
        #expect(run.status == 74 && run.errors.contains("(stream-write)"), "\(run)")
      }
      let neither = try run(pipeline, "\(redirection) 2>&-", "ichor-driver", ["graph"])
      #expect(neither.status == 74, "\(neither)")
    }

    /// The number of a closed stream goes to no file: no line of the log is in the artifact.
    @Test(
      "A stage's artifact is the same without its streams",
      arguments: [">&- 2>&-", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"])
    func stages(redirections: String) throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let split = StageInstance(.split)
      let wanted = try pipeline.manifest(split)
      let log = try pipeline.lines(ArtifactLayout.log, of: split)
      let run = try run(
        pipeline, redirections, split.stage.executable, ["--progress", "plain", "--force"])
      #expect(run.status == 0 && run.output == "" && run.errors == "", "\(run)")
      #expect(try pipeline.manifest(split) == wanted)
      for output in wanted.outputs {
        let file = pipeline.layout.file(output.path, of: split)
        #expect(try ContentHash.sha256(contentsOf: file) == output.sha256, "\(output.path)")
      }
      // Nothing but the log's own lines is in it.
      #expect(try pipeline.lines(ArtifactLayout.log, of: split).count == log.count)
    }
  }

  @Suite("Versions", .serialized)
  struct VersionTests {
    @Test(
      "Every executable tells the one version",
      arguments: ["ichor-driver", "ichor-probe", "ichor-bench"] + Stage.allCases.map(\.executable))
    func version(executable: String) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let run = try pipeline.start(executable, ["--version"]).wait()
      #expect(run.status == 0 && run.output == "\(IchorVersion.current)\n", "\(run)")
    }
  }
}
