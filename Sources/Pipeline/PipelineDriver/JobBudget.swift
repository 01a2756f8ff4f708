import OperatingSystem

/// What instances that run side by side may take together.
struct JobBudget {
  /// What one instance takes.
  struct Need: Equatable {
    /// The threads that the configuration fixes, where results depend on their number; `nil` where
    /// it makes do with what there is.
    var threads: Int?
    /// The most memory of its last run in bytes; `nil` where nothing is known.
    var memory: Int?
  }

  /// The most instances at a time.
  let jobs: Int
  let processors: Int
  /// The bytes that were available when nothing ran; `nil` where the system does not say.
  let memory: Int?

  /// Whether the next may start. One alone always may; memory that is not known is not counted.
  func allows(_ next: Need, beside running: [Need]) -> Bool {
    if running.isEmpty { return true }
    if running.count >= jobs { return false }
    let all = running + [next]
    if all.reduce(0, { $0 + ($1.threads ?? 1) }) > processors { return false }
    guard let memory, next.memory != nil else { return true }
    // A damaged record must not trap in a sum of whole numbers.
    return all.reduce(0) { $0 + Double($1.memory ?? 0) } <= Double(memory)
  }

  /// The threads for each instance whose number of threads is not fixed, when all of these run.
  func share(of all: [Need]) -> Int {
    let fixed = all.reduce(0) { $0 + ($1.threads ?? 0) }
    let others = all.count { $0.threads == nil }
    return max(1, (processors - fixed) / max(1, others))
  }
}

extension JobBudget {
  /// What this machine has now.
  init(jobs: Int) {
    self.init(
      jobs: jobs, processors: MachineLimits.processors, memory: MachineLimits.availableMemory)
  }
}
