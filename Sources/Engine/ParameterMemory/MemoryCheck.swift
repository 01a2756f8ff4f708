import ComputeGraph
import Diagnostics
import OperatingSystem

/// Refuses a program whose memory is not there, before any of it is allocated.
package enum MemoryCheck {
  package static func require(_ bytes: Int, for program: Program) throws {
    guard let available = MachineLimits.availableMemory, bytes > available else { return }
    func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }
    throw IchorError(
      .configuration, code: "batch-does-not-fit",
      "\(program.graph.name) with batch \(program.batch) needs \(mebibytes(bytes)) MiB, "
        + "\(mebibytes(available)) MiB are free",
      remedy:
        "lower the batch, the size, or use compute.precision: bf16 with compute.backend: onednn")
  }
}
