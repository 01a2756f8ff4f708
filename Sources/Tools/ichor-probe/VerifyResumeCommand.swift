import ArgumentParser
import Diagnostics
import Foundation
import PipelineContract
import Probes

/// `ichor-probe verify-resume`: whether a training run that is killed ends like one that is not.
struct VerifyResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-resume",
    abstract: "Kills a training run again and again and compares its results with an unbroken one.",
    discussion: """
      Trains the model twice, in temporary folders: once without a break, once ended by SIGKILL at \
      random moments and started again. Checkpoints have to be equal byte for byte, the history \
      except for its timings. Needs the finished artifacts convert/train and split. Exits with 65 \
      where anything differs, or the training was done before all kills had happened.

      Example: ichor-probe verify-resume --model resnet18 --kills 20 \
      --set train.resnet18.checkpoint_steps=20
      With --then it proves that a longer training goes on as if it had been so long from the start: \
      ichor-probe verify-resume --model resnet18 --set train.resnet18.schedule=constant \
      --then train.resnet18.epochs=12
      """)

  @Option(help: "The instance of train.") var model: String
  @Option(help: "The configuration file.") var config = "pipeline.yaml"
  @Option(help: "The folder of all artifacts; nothing is written there.")
  var artifacts = "artifacts"
  @Option(help: "How often the training is killed.") var kills = 20
  @Option(help: "Decides the moments of the kills.") var seed: UInt64 = 1
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Overrides one key of the configuration.", valueName: "key=value"))
  var overrides: [String] = []
  @Option(
    name: .customLong("then"),
    help: ArgumentHelp(
      "Overrides one key with which the killed training goes on after half of the kills, and the "
        + "unbroken one begins.", valueName: "key=value"))
  var changes: [String] = []

  func validate() throws {
    if kills < 1 { throw ValidationError("--kills must be at least 1") }
  }

  func run() throws {
    let outcome = try ResumeProof(
      model: model, configurationFile: URL(filePath: config), overrides: overrides,
      changes: changes, artifacts: URL(filePath: artifacts), programs: Self.ownFolder, tell: note
    ).run(kills: kills, seed: seed)
    try StandardStream.output.write("\(outcome.text)\n")
    if !outcome.isPassed { throw ExitCode(ExitStatus.badData.rawValue) }
  }

  /// The folder of this executable, which holds those of the stages too.
  private static var ownFolder: URL {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }

  private func note(_ text: String) {
    StandardStream.error.tell("ichor-probe: \(text)\n")
  }
}
