import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("The end of the driver, and hang-ups", .serialized)
  struct DriverEndTests {
    private let phantom = StageInstance(.phantom)
    /// Work that lasts until a test ends it, and work that is soon done.
    private static let longer = ["--set", "phantom.train_patients=400"]
    private static let long = ["run", "phantom"] + longer
    private static let short = [
      "run", "phantom", "--set", "phantom.train_patients=1", "--set", "phantom.test_patients=1",
    ]

    /// As `nohup` starts it.
    private func startIgnoringHangUp(
      _ pipeline: TinyPipeline, _ executable: String, _ arguments: [String]
    ) throws -> RunningProcess {
      try RunningProcess(
        URL(filePath: "/bin/sh"),
        ["-c", "trap '' HUP; exec \"$0\" \"$@\"", BuiltExecutables.url(executable).path]
          + arguments, in: pipeline.folder)
    }

    /// Waits until the stage has written a file, and returns its process.
    ///
    /// - Parameter other: a process that it is not.
    private func stage(
      of process: RunningProcess, in pipeline: TinyPipeline, after other: Int32? = nil
    ) throws -> Int32 {
      let folder = pipeline.layout.staging(phantom)
        .appending(path: ArtifactLayout.Phantom.trainDICOM).path
      while process.isRunning {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let conflict = LockConflict(on: phantom, in: pipeline.layout, with: .shared)
        if names.contains(where: { !$0.hasPrefix(".") }), let holder = conflict?.holders.first,
          holder.pid != other
        {
          return holder.pid
        }
        usleep(1000)
      }
      let run = try process.wait()
      return try #require(nil, "the stage was too fast: \(run)")
    }

    /// Waits until no process writes the artifact.
    private func waitForRelease(in pipeline: TinyPipeline) {
      while LockConflict(on: phantom, in: pipeline.layout, with: .shared) != nil { usleep(10_000) }
    }

    @Test("A hang-up that was ignored at the start ends neither driver nor stage")
    func inheritedIgnore() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try startIgnoringHangUp(pipeline, "ichor-driver", Self.long)
      let stage = try stage(of: driver, in: pipeline)
      driver.send(SIGHUP)
      kill(stage, SIGHUP)
      usleep(500_000)
      #expect(driver.isRunning && kill(stage, 0) == 0)
      driver.send(SIGTERM)
      let run = try driver.wait()
      #expect(run.status == 143 && run.errors.contains("stopped by SIGTERM"), "\(run)")
    }

    @Test("So it is with a lone stage")
    func inheritedIgnoreOfAStage() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let process = try startIgnoringHangUp(
        pipeline, phantom.stage.executable, ["--progress", "none"])
      _ = try stage(of: process, in: pipeline)
      process.send(SIGHUP)
      usleep(300_000)
      process.send(SIGINT)
      let run = try process.wait()
      #expect(run.status == 130 && run.errors.contains("stopped by SIGINT"), "\(run)")
    }

    @Test("A hang-up to the driver stops the stage: 143, work kept; told twice, it is one")
    func hangUp() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", Self.long)
      let stage = try stage(of: driver, in: pipeline)
      kill(stage, SIGHUP)
      driver.send(SIGHUP)
      let run = try driver.wait()
      #expect(run.status == 143 && run.errors.contains("stopped by SIGHUP"), "\(run)")
      #expect(try pipeline.statuses(Self.longer)["phantom"] == "incomplete")
    }

    @Test("Where the driver is killed, the stage stops as after SIGTERM, and its work is kept")
    func killed() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", Self.long)
      _ = try stage(of: driver, in: pipeline)
      driver.send(SIGKILL)
      #expect(try driver.wait().status == -SIGKILL)
      waitForRelease(in: pipeline)
      let staging = pipeline.layout.staging(phantom)
      let record = try CanonicalJSON.read(
        RunRecord.self, from: staging.appending(path: ArtifactLayout.run))
      #expect(record.exit == 143 && record.signal == SIGTERM)
      let files = try FileManager.default.contentsOfDirectory(
        atPath: staging.appending(path: ArtifactLayout.Phantom.trainDICOM).path)
      #expect(files.contains { !$0.hasPrefix(".") })
      #expect(try pipeline.statuses(Self.longer)["phantom"] == "incomplete")
    }

    /// Foundation's `Process` takes a process to have ended only when those that it started have,
    /// too: how the driver ended is asked for last.
    @Test("With --detach, the stage goes on to publish although the driver is killed")
    func detached() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", Self.short + ["--detach"])
      let stage = try stage(of: driver, in: pipeline)
      driver.send(SIGKILL)
      #expect(getsid(stage) == stage, "the stage is in the driver's session")
      waitForRelease(in: pipeline)
      #expect(try driver.wait().status == -SIGKILL)
      let manifest = try pipeline.manifest(phantom)
      #expect(manifest.parameters["phantom.train_patients"] == .integer(1))
    }

    @Test("With --detach, a hang-up ends the driver alone, and SIGTERM the stage, too")
    func detachedAndStopped() throws {
      for number in [SIGHUP, SIGTERM] {
        let pipeline = try TinyPipeline()
        defer { pipeline.remove() }
        let driver = try pipeline.start("ichor-driver", Self.long + ["--detach"])
        let stage = try stage(of: driver, in: pipeline)
        driver.send(number)
        if number == SIGHUP {
          while !driver.hasEnded { usleep(10_000) }
          #expect(
            LockConflict(on: phantom, in: pipeline.layout, with: .shared)?.holders.first?.pid
              == stage)
          kill(stage, SIGTERM)
        }
        waitForRelease(in: pipeline)
        let run = try driver.wait()
        #expect(run.status == 143, "\(run)")
        #expect(run.output.contains("goes on without the driver") == (number == SIGHUP), "\(run)")
        #expect(run.errors.contains("stopped by SIGTERM"), "\(run)")
        #expect(try pipeline.statuses(Self.longer)["phantom"] == "incomplete")
      }
    }

    @Test("A stage shows in status with its process; another run ends with 75 that names it")
    func running() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", Self.long)
      let stage = try stage(of: driver, in: pipeline)
      let table = try pipeline.driver(["status"]).output
      #expect(table.contains("running") && table.contains("process \(stage) on "), "\(table)")
      let busy = try pipeline.stage(phantom)
      #expect(busy.status == 75 && busy.errors.contains("process \(stage) on "), "\(busy)")
      let waiting = try pipeline.start(
        phantom.stage.executable, ["--progress", "none", "--wait"])
      while waiting.isRunning, !waiting.errorsSoFar.contains("waiting. Another run holds the ") {
        usleep(10_000)
      }
      driver.send(SIGTERM)
      #expect(try driver.wait().status == 143)
      _ = try self.stage(of: waiting, in: pipeline, after: stage)
      waiting.send(SIGTERM)
      let run = try waiting.wait()
      #expect(run.status == 143 && run.errors.contains("process \(stage) on "), "\(run)")
    }
  }

  @Suite("Stages side by side", .serialized)
  struct SideBySideTests {
    @Test("Two jobs make, byte for byte, what one makes")
    func sameBytes() throws {
      let pipeline = try TinyPipeline.copyOfFinished()
      defer { pipeline.remove() }
      let run = try pipeline.driver(
        ["run", "convert", "train", "predict", "--force", "--jobs", "2", "--progress", "none"])
      #expect(run.status == 0, "\(run)")
      let finished = try TinyPipeline.finished.get().pipeline
      let files: [(StageInstance, String)] = [
        (StageInstance(.convert, .train), ArtifactLayout.Convert.shard(size: 64, number: 0)),
        (StageInstance(.convert, .test), ArtifactLayout.Convert.shard(size: 64, number: 0)),
        (StageInstance(.train, TinyPipeline.model), ArtifactLayout.Train.best),
        (StageInstance(.predict, TinyPipeline.model), ArtifactLayout.Predict.test),
      ]
      for (instance, name) in files {
        let wanted = try Data(contentsOf: finished.layout.file(name, of: instance))
        let made = try Data(contentsOf: pipeline.layout.file(name, of: instance))
        #expect(made == wanted && !made.isEmpty, "\(instance)")
      }
    }
  }

  @Suite("The command line", .serialized)
  struct CommandLineTests {
    @Test(
      "A word that is no command is answered with the nearest",
      arguments: [
        ("ichor-driver", "rum", "run"), ("ichor-driver", "statsu", "status"),
        ("ichor-driver", "tets", "test"), ("ichor-probe", "dicmo", "dicom"),
        ("ichor-bench", "lodaer", "loader"),
      ])
    func unknownCommand(executable: String, word: String, nearest: String) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let run = try pipeline.start(executable, [word]).wait()
      #expect(run.status == 64 && run.errorLines.count == 1, "\(run)")
      #expect(run.errors.contains("(command-unknown). Did you mean “\(nearest)”? "), "\(run)")
    }

    @Test("So is an option")
    func unknownOption() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let help = try pipeline.driver(["help", "rum"])
      #expect(help.status == 64 && help.errors.contains("Did you mean “run”?"), "\(help)")
      let run = try pipeline.driver(["run", "--confg", "x"])
      #expect(run.status == 64 && run.errors.contains("Did you mean '--config'?"), "\(run)")
    }

    /// `SHELL -n` reads a script without running it.
    @Test("Each shell gets a script that it can read", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let run = try pipeline.driver(["completion", shell])
      #expect(run.status == 0 && run.errors == "", "\(run)")
      for word in ["status", "keep-going", "probe", "ichor"] {
        #expect(run.output.contains(word), "\(word)")
      }
      let script = pipeline.folder.appending(path: "completion")
      try run.output.write(to: script, atomically: true, encoding: .utf8)
      let found = ["/bin", "/usr/bin", "/usr/local/bin"].map { URL(filePath: "\($0)/\(shell)") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      guard let found else { return }
      let check = try RunningProcess(found, ["-n", script.path], in: pipeline.folder).wait()
      #expect(check.status == 0, "\(check)")
    }

    /// What a person gets who has typed `./ichor st` or `./ichor clean spl` and hits the tabulator.
    @Test("Bash completes commands, and instances by asking the driver")
    func completedWords() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = BuiltExecutables.url("ichor-driver").path
      let bash = try RunningProcess(
        URL(filePath: "/bin/bash"),
        [
          "-c",
          """
          source <("$0" completion bash)
          ichor() { "$0" "$@"; }
          complete -p ichor
          for line in "st" "clean spl"; do
            COMP_WORDS=("$0" $line); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
            COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            _ichor "$0" "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
            printf '%s\\n' "${COMPREPLY[@]}"
          done
          """, driver,
        ], in: pipeline.folder
      ).wait()
      let words = bash.output.split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      #expect(words.contains("status") && words.contains("split"), "\(bash)")
      #expect(!words.contains("phantom"))
    }
  }
}
