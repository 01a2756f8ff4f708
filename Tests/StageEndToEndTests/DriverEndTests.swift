import Foundation
import PipelineContract
import Testing

extension EndToEnd {
  @Suite("The end of the driver, and hang-ups", .serialized)
  struct DriverEndTests {
    private let phantom = StageInstance(.phantom)

    /// As `nohup` starts it.
    private func startIgnoringHangUp(
      _ pipeline: TinyPipeline, _ executable: String, _ arguments: [String]
    ) throws -> RunningProcess {
      try RunningProcess(
        URL(filePath: "/bin/sh"),
        ["-c", "trap '' HUP; exec \"$0\" \"$@\"", BuiltExecutables.url(executable).path]
          + arguments, in: pipeline.folder)
    }

    /// Waits until the stage has written something, and returns its process.
    private func stage(of process: RunningProcess, in pipeline: TinyPipeline) throws -> Int32 {
      let staging = pipeline.layout.staging(phantom).path
      while process.isRunning {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? []
        if names.contains(ArtifactLayout.Phantom.trainDICOM) { break }
        usleep(1000)
      }
      let conflict = LockConflict(on: phantom, in: pipeline.layout, with: .shared)
      return try #require(conflict?.holders.first?.pid, "the stage was too fast")
    }

    /// Waits until no process holds the artifact.
    private func waitForRelease(in pipeline: TinyPipeline) {
      for _ in 0..<6000 where LockConflict(on: phantom, in: pipeline.layout, with: .shared) != nil {
        usleep(10_000)
      }
    }

    @Test("A hang-up that was ignored at the start ends neither driver nor stage")
    func inheritedIgnore() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try startIgnoringHangUp(pipeline, "ichor-driver", ["run", "phantom"])
      let stage = try stage(of: driver, in: pipeline)
      driver.send(SIGHUP)
      kill(stage, SIGHUP)
      let run = try driver.wait()
      #expect(run.status == 0, "\(run)")
      #expect(try pipeline.statuses()["phantom"] == "fresh")
    }

    @Test("A lone stage that nohup started goes on, too")
    func inheritedIgnoreOfAStage() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let process = try startIgnoringHangUp(
        pipeline, phantom.stage.executable, TinyPipeline.options(of: phantom))
      _ = try stage(of: process, in: pipeline)
      process.send(SIGHUP)
      #expect(try process.wait().status == 0)
    }

    @Test("A hang-up to the driver stops the stage: 143, work kept; told twice, it is one")
    func hangUp() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", ["run", "phantom"])
      let stage = try stage(of: driver, in: pipeline)
      kill(stage, SIGHUP)
      kill(stage, SIGHUP)
      driver.send(SIGHUP)
      let run = try driver.wait()
      #expect(run.status == 143, "\(run)")
      #expect(try pipeline.statuses()["phantom"] == "incomplete")
    }

    @Test("Where the driver is killed, the stage stops as after SIGTERM, and its work is kept")
    func killed() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", ["run", "phantom"])
      let stage = try stage(of: driver, in: pipeline)
      driver.send(SIGKILL)
      #expect(try driver.wait().status == -SIGKILL)
      waitForRelease(in: pipeline)
      #expect(kill(stage, 0) != 0 || errno == ESRCH || isZombie(stage))
      let record = try CanonicalJSON.read(
        RunRecord.self, from: pipeline.layout.staging(phantom).appending(path: ArtifactLayout.run))
      #expect(record.exit == 143 && record.signal == SIGTERM)
      #expect(try pipeline.statuses()["phantom"] == "incomplete")
      #expect(try pipeline.driver(["run", "phantom"]).status == 0)
    }

    @Test("With --detach, the stage goes on to publish, whatever becomes of the driver")
    func detached() throws {
      for number in [SIGKILL, SIGHUP] {
        let pipeline = try TinyPipeline()
        defer { pipeline.remove() }
        let driver = try pipeline.start("ichor-driver", ["run", "phantom", "--detach"])
        let stage = try stage(of: driver, in: pipeline)
        driver.send(number)
        let run = try driver.wait()
        #expect(run.status == (number == SIGKILL ? -SIGKILL : 143), "\(run)")
        #expect(getsid(stage) == stage, "the stage is in the driver's session")
        #expect(number == SIGKILL || run.output.contains("goes on without the driver"))
        waitForRelease(in: pipeline)
        #expect(try pipeline.statuses()["phantom"] == "fresh")
      }
    }

    @Test("With --detach, SIGTERM to the driver still stops the stage")
    func detachedAndStopped() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", ["run", "phantom", "--detach"])
      _ = try stage(of: driver, in: pipeline)
      driver.send(SIGTERM)
      #expect(try driver.wait().status == 143)
      #expect(try pipeline.statuses()["phantom"] == "incomplete")
    }

    @Test("A stage shows in status with its process; another run ends with 75 that names it")
    func running() throws {
      let pipeline = try TinyPipeline()
      defer { pipeline.remove() }
      let driver = try pipeline.start("ichor-driver", ["run", "phantom"])
      let stage = try stage(of: driver, in: pipeline)
      let table = try pipeline.driver(["status"]).output
      #expect(table.contains("running") && table.contains("process \(stage) on "), "\(table)")
      let busy = try pipeline.stage(phantom)
      #expect(busy.status == 75 && busy.errors.contains("process \(stage) on "), "\(busy)")
      let waiting = try pipeline.stage(phantom, ["--wait"])
      #expect(waiting.status == 0, "\(waiting)")
      #expect(waiting.errors.contains("waiting. Another run holds the artifact phantom: process"))
      #expect(try driver.wait().status == 0)
    }

    private func isZombie(_ process: Int32) -> Bool {
      let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
      return text.contains(") Z ")
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
