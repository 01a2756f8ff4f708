import ComputeGraph
import Diagnostics
import OperatingSystem

/// Refuses a program that needs more memory than is free, before any of it is allocated.
package enum MemoryCheck {
  /// What a library allocates for itself besides: compiled code, scratch, the arenas of threads.
  private static let libraries = 256 << 20

  /// A limit of the process ends it wherever memory is refused, so that there the copies that are made
  /// while checkpoints are read and written, and what libraries take, have to fit as well.
  ///
  /// - Throws: `configuration` where fewer than `bytes` bytes are free.
  package static func require(_ bytes: Int, for program: Program) throws {
    try require(bytes, of: MachineLimits.memoryBound, for: program)
    for limit in MachineLimits.limitsOfProcess {
      try require(2 * bytes + libraries, of: limit, for: program)
    }
  }

  private static func require(
    _ bytes: Int, of bound: MachineLimits.MemoryBound?, for program: Program
  ) throws {
    guard let bound, bytes > bound.bytes else { return }
    func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }
    throw IchorError(
      .configuration, code: "batch-does-not-fit",
      "\(program.graph.name) with batch \(program.batch) needs \(mebibytes(bytes)) MiB, "
        + "but only \(mebibytes(bound.bytes)) MiB are free \(bound.reason)",
      remedy:
        "Lower the batch or the size, or use compute.precision: bf16 with compute.backend: onednn.")
  }
}
