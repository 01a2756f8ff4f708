import Foundation

/// The bounds that a control group of Linux sets (cgroups(7)), of version 1 or 2.
struct ControlGroup: Equatable {
  /// How many processors' time it may take; `nil` where there is no bound.
  let processors: Double?
  /// The bytes that may be allocated before the bound is met; `nil` where there is none.
  let availableMemory: Int?

  /// The groups that a process is in and those above them, which bound it too.
  ///
  /// - Parameters:
  ///   - membership: what /proc/PID/cgroup says: lines `NUMBER:CONTROLLERS:PATH`, without controllers
  ///     in version 2.
  ///   - root: where the hierarchies are mounted. A container often sees its own group there, and not
  ///     the path above it: folders that don't exist are passed over.
  static func all(membership: String, mounted root: URL) -> [ControlGroup] {
    membership.split(separator: "\n").flatMap { line -> [ControlGroup] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let controllers = fields[1].split(separator: ",").map(String.init)
      let mounts =
        controllers.isEmpty ? ["", "unified"] : Set([String(fields[1])] + controllers).sorted()
      let path = fields[2].split(separator: "/").map(String.init)
      // A group outside the namespace of the process is named from there: `/../other`.
      let steps = path.contains("..") ? [] : path
      return mounts.flatMap { mount in
        (0...steps.count).compactMap { depth in
          ControlGroup(
            steps.prefix(depth).reduce(mount.isEmpty ? root : root.appending(path: mount)) {
              $0.appending(path: $1)
            })
        }
      }
    }
  }

  init(processors: Double?, availableMemory: Int?) {
    self.processors = processors
    self.availableMemory = availableMemory
  }

  /// `nil` where the folder's files set no bound.
  private init?(_ folder: URL) {
    func text(_ name: String) -> String? {
      try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
    processors =
      text("cpu.max").flatMap { Self.processors(quotaAndPeriod: $0) }
      ?? Self.processors(
        quotaAndPeriod: (text("cpu.cfs_quota_us") ?? "") + " " + (text("cpu.cfs_period_us") ?? ""))
    availableMemory =
      Self.available(
        limit: text("memory.max"), used: text("memory.current"), statistics: text("memory.stat"))
      ?? Self.available(
        limit: text("memory.limit_in_bytes"), used: text("memory.usage_in_bytes"),
        statistics: text("memory.stat"))
    if processors == nil && availableMemory == nil { return nil }
  }

  /// `150000 100000` is one processor and a half; `max 100000`, and -1 in version 1, are no bound.
  static func processors(quotaAndPeriod text: String) -> Double? {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0,
      period > 0,
      quota.isFinite
    else { return nil }
    return quota / period
  }

  /// What is left below the limit, counting cached files as free: the kernel takes that memory back
  /// before it refuses anything.
  static func available(limit: String?, used: String?, statistics: String?) -> Int? {
    func number(_ text: String?) -> Int? {
      text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    // In version 1 the largest number of whole pages means that there is no limit.
    guard let limit = number(limit), (0..<1 << 60).contains(limit) else { return nil }
    let kept = (statistics ?? "").split(separator: "\n").reduce(into: [String: Int]()) {
      let words = $1.split(separator: " ")
      if words.count == 2 { $0[String(words[0])] = Int(words[1]) }
    }
    // Version 1 counts the groups below only in the totals.
    let files = ["active_file", "inactive_file"].reduce(0) {
      $0 &+ (kept["total_\($1)"] ?? kept[$1] ?? 0)
    }
    return max(0, min(limit, limit &- (number(used) ?? 0) &+ files))
  }
}
