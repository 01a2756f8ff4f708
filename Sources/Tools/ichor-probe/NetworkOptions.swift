import ArgumentParser
import BackendChoice
import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import NetworkStages
import OperatingSystem
import Probes
import TensorCore
import Training
import Vocabulary

extension Architecture: ExpressibleByArgument {}
extension BackendName: ExpressibleByArgument {}
extension PrecisionChoice: ExpressibleByArgument {}

/// What the probes of networks share.
struct NetworkOptions: ParsableArguments {
  @Option(help: "The network.")
  var model: Architecture

  @Option(help: "The model's weights: safetensors with timm's names.")
  var weights: String

  @Option(help: "The batch: safetensors with the tensor input, [N, C, H, W].")
  var input: String

  @Option(help: "Where the result goes, as safetensors.")
  var output: String

  @Option(help: "The backend that computes.")
  var backend = BackendName.onednn

  @Option(help: "The number format of activations and working weights; auto: the faster one.")
  var precision = PrecisionChoice.f32

  @Option(help: "Threads; default: one per processor.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  /// Runs the probe and writes what it returns.
  ///
  /// - Throws: as `ProbeFile` and `SafeTensors.write`; what `body` throws.
  func run(
    _ task: SyntheticSteps.Task = .train, _ body: (NetworkProbe) throws -> NamedTensors
  ) throws {
    let threads = threads ?? MachineLimits.processors
    try ProcessRoom.require(threads: threads)
    let computing = backend.backend(threads: threads)
    func read(_ precision: Precision) throws -> ProbeFile {
      try ProbeFile(
        model, weights: URL(fileURLWithPath: weights), input: URL(fileURLWithPath: input),
        precision: precision)
    }
    var resolved = Precision.f32
    if let fixed = precision.fixed {
      resolved = computing.supports(fixed) ? fixed : .f32
      if resolved != fixed {
        note("this machine has no fast \(fixed.rawValue): f32 it is")
      }
    } else {
      let file = try read(.f32)
      resolved = try PrecisionChooser(
        computing, library: backend.libraryVersion, threads: threads
      ).choose(for: file.graph, of: model, task, batch: file.batch).precision
    }
    let probe = NetworkProbe(try read(resolved), backend: computing, precision: resolved)
    try SafeTensors.write(try body(probe), to: URL(fileURLWithPath: output))
  }

  private func note(_ text: String) {
    StandardStream.error.tell("ichor-probe: \(text)\n")
  }
}
