import OperatingSystem

/// Whether the system gives a process what it is about to ask for.
///
/// Asked before the work: a thread that is refused later hangs a pool or ends the process, and memory
/// that is refused ends it with a trap.
package enum ProcessRoom {
  /// The threads that any program has besides those of its work: one that waits for signals, and those
  /// that handle them.
  private static let ownThreads = 3
  /// What the programs and their libraries allocate whatever the work, in bytes.
  private static let ownMemory = 64 << 20
  /// The same for a thread that works on slices: its stack, and its buffers.
  private static let threadMemory = 16 << 20

  /// - Parameter threads: those that work at the same time.
  /// - Throws: `IchorError(.inputOutput)` where the system refuses threads, or memory for them.
  package static func require(threads: Int) throws {
    let needed = ownMemory + threads * threadMemory
    for bound in MachineLimits.limitsOfProcess where bound.bytes < needed {
      throw IchorError(
        .inputOutput, code: "memory-refused",
        "\(Quantity.binarySize(needed)) of memory are needed for \(Quantity.count(threads, "thread")),"
          + " but \(Quantity.binarySize(bound.bytes)) are left \(bound.reason)",
        remedy: "Raise that limit, or lower compute.threads.")
    }
    do {
      try ThreadTrial.start(threads + ownThreads)
    } catch {
      throw IchorError(
        .inputOutput, code: "threads-refused",
        "The system does not let this program have \(threads + ownThreads) threads",
        remedy: "Raise the limit of processes (ulimit -u, or pids.max of the control group) or of "
          + "address space (ulimit -v), or lower compute.threads.", cause: error)
    }
  }
}
