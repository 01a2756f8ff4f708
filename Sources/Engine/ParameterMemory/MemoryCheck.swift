import ComputeGraph
import Diagnostics
import OperatingSystem

/// Refuses a program that needs more memory than is free, before any of it is allocated.
package enum MemoryCheck {
  /// - Throws: `configuration` where fewer than `bytes` bytes are free.
  package static func require(_ bytes: Int, for program: Program) throws {
    guard let bound = MachineLimits.memoryBound, bytes > bound.bytes else { return }
    func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }
    throw IchorError(
      .configuration, code: "batch-does-not-fit",
      "\(program.graph.name) with batch \(program.batch) needs \(mebibytes(bytes)) MiB, "
        + "but only \(mebibytes(bound.bytes)) MiB are free \(bound.reason)",
      remedy:
        "Lower the batch or the size, or use compute.precision: bf16 with compute.backend: onednn.")
  }
}
