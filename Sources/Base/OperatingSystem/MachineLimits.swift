import Foundation

/// What this process may use of the machine: what the machine has, or less where a control group or
/// the affinity to processors allows less, as in a container or a batch job.
package enum MachineLimits {
  /// How many processors the process may keep busy; at least 1.
  package static let processors: Int = {
    let affinity = text("/proc/self/status").flatMap { allowedProcessors(inStatus: $0) }
    return processors(
      affinity ?? ProcessInfo.processInfo.activeProcessorCount, quotas: groups.map(\.processors))
  }()

  /// Memory that can still be allocated, and what sets that bound.
  package struct MemoryBound: Equatable, Sendable {
    package let bytes: Int
    /// In words that follow a number, such as `within ulimit -v`.
    package let reason: String

    init(_ bytes: Int, _ reason: String) {
      self.bytes = bytes
      self.reason = reason
    }
  }

  /// The bytes that can still be allocated without swapping; `nil` where the system does not say.
  package static var availableMemory: Int? { memoryBound?.bytes }

  /// The tightest bound on memory; `nil` where the system does not say.
  package static var memoryBound: MemoryBound? {
    let free = text("/proc/meminfo").flatMap { available(inMemoryInformation: $0) }
      .map { MemoryBound($0, "on this machine") }
    let grouped = groups.compactMap(\.availableMemory).min()
      .map { MemoryBound($0, "within the control group") }
    return ([free, grouped] + limitsOfProcess).compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  /// What the limits of the process itself leave. Where another bound is met, the kernel makes room or
  /// ends a process; these refuse the memory.
  package static var limitsOfProcess: [MemoryBound] {
    guard let limits = text("/proc/self/limits"), let status = text("/proc/self/status") else {
      return []
    }
    return available(withinLimits: limits, status: status)
  }

  /// Asks for memory before much of it is taken: where a limit of the process refuses it, Swift ends
  /// the program.
  ///
  /// - Throws: `SystemCallError`, `ENOMEM`, where it would be refused.
  package static func requireRoom(for bytes: Int) throws(SystemCallError) {
    guard bytes > 32 << 20 else { return }
    for bound in limitsOfProcess where bound.bytes < bytes {
      throw SystemCallError(call: "malloc", number: ENOMEM)
    }
  }

  /// What setrlimit(2) allows beyond what the process has, from /proc/self/limits and
  /// /proc/self/status.
  static func available(withinLimits limits: String, status: String) -> [MemoryBound] {
    [("Max address space", "VmSize:", "v"), ("Max data size", "VmData:", "d")].compactMap {
      name, used, option in
      func number(_ key: String, _ text: String) -> Int? {
        value(of: key, in: text)?.split(separator: " ").first.flatMap { Int($0) }
      }
      guard let limit = number(name, limits), let kibibytes = number(used, status),
        kibibytes < 1 << 50
      else { return nil }
      return MemoryBound(max(0, limit &- kibibytes * 1024), "within ulimit -\(option)")
    }
  }

  /// The groups of this process as they are now.
  private static var groups: [ControlGroup] {
    ControlGroup.all(
      membership: text("/proc/self/cgroup") ?? "", mounted: URL(filePath: "/sys/fs/cgroup"))
  }

  /// A part of a processor gets a thread as well: it would lie idle otherwise.
  static func processors(_ allowed: Int, quotas: [Double?]) -> Int {
    let quota = quotas.compactMap { $0 }.min() ?? .infinity
    return max(1, Int(min(Double(allowed), quota.rounded(.up))))
  }

  /// The processors that the scheduler may use, from `Cpus_allowed_list` of /proc/self/status, such
  /// as `0-3,8`: what sched_getaffinity(2) gives as a mask.
  static func allowedProcessors(inStatus text: String) -> Int? {
    guard let list = value(of: "Cpus_allowed_list:", in: text) else { return nil }
    var count = 0
    for range in list.split(separator: ",") {
      let ends = range.split(separator: "-", maxSplits: 1).map { UInt16($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        return nil
      }
      count += Int(last - first) + 1
    }
    return count > 0 ? count : nil
  }

  /// `MemAvailable` of /proc/meminfo in bytes.
  static func available(inMemoryInformation text: String) -> Int? {
    guard let words = value(of: "MemAvailable:", in: text)?.split(separator: " "),
      let first = words.first, let kibibytes = Int(first), kibibytes < 1 << 50
    else { return nil }
    return kibibytes * 1024
  }

  private static func value(of key: String, in text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(key) }
      .map { $0.dropFirst(key.count).trimmingCharacters(in: .whitespaces) }
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
