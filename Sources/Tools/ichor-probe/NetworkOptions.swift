import ArgumentParser
import BackendChoice
import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import OperatingSystem
import Probes
import TensorCore
import Vocabulary

extension Architecture: ExpressibleByArgument {}
extension BackendName: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

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

  @Option(help: "The number format of activations and working weights.")
  var precision = Precision.f32

  @Option(help: "Threads; default: one per processor.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  /// Runs the probe and writes what it returns.
  ///
  /// - Throws: as `ProbeFile` and `SafeTensors.write`; what `body` throws.
  func run(_ body: (NetworkProbe) throws -> NamedTensors) throws {
    let threads = threads ?? MachineLimits.processors
    try ProcessRoom.require(threads: threads)
    let backend = backend.backend(threads: threads)
    if !backend.supports(precision) {
      note("this machine has no fast \(precision.rawValue): f32 it is")
    }
    let resolved = backend.supports(precision) ? precision : .f32
    let file = try ProbeFile(
      model, weights: URL(fileURLWithPath: weights), input: URL(fileURLWithPath: input),
      precision: resolved)
    let probe = NetworkProbe(file, backend: backend, precision: resolved)
    try SafeTensors.write(try body(probe), to: URL(fileURLWithPath: output))
  }

  private func note(_ text: String) {
    StandardStream.error.tell("ichor-probe: \(text)\n")
  }
}
