import Foundation
import TestFolders
import Testing

@testable import OperatingSystem

/// Samples as kernels of Debian 11 (both versions of control groups) and 12 print them.
@Suite struct MachineLimitsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aMachineHasProcessorsAndMemory() {
    #expect((1...65_536).contains(MachineLimits.processors))
    #expect((MachineLimits.availableMemory ?? 0) > 0)
  }

  @Test(arguments: [
    ("Cpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed_list:\t3\n", 1),
    ("Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,8,10-11\nMems_allowed:\t1\n", 7),
    ("Cpus_allowed_list:\t\n", nil), ("Cpus_allowed_list:\t3-1\n", nil),
    ("Cpus_allowed_list:\t0-99999999999\n", nil), ("Name:\tx\n", nil), ("", nil),
  ])
  func affinity(text: String, expected: Int?) {
    #expect(MachineLimits.allowedProcessors(inStatus: text) == expected)
  }

  @Test(arguments: [
    ("MemTotal:       24689636 kB\nMemFree:  1 kB\nMemAvailable:   22545200 kB\n", 23_086_284_800),
    ("MemTotal:       24689636 kB\n", nil), ("MemAvailable:\n", nil),
    ("MemAvailable: 9223372036854775807 kB\n", nil),
  ])
  func freeMemory(text: String, expected: Int?) {
    #expect(MachineLimits.available(inMemoryInformation: text) == expected)
  }

  /// As /proc prints them under `ulimit -v 4194304 -d 1048576`, and without limits.
  @Test func limitsOfTheProcess() {
    func bounds(_ space: String, _ data: String, _ status: String) -> [String] {
      let limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max data size             \(data)           unlimited            bytes
        Max stack size            8388608              unlimited            bytes
        Max address space         \(space)           unlimited            bytes

        """
      return MachineLimits.available(withinLimits: limits, status: status).map {
        "\($0.bytes) \($0.reason)"
      }
    }
    let status = "Name:\tx\nVmPeak:\t    9000 kB\nVmSize:\t    1024 kB\nVmData:\t     512 kB\n"
    #expect(
      bounds("4294967296", "1073741824", status) == [
        "4293918720 within ulimit -v", "1073217536 within ulimit -d",
      ])
    #expect(bounds("1000", "unlimited", status) == ["0 within ulimit -v"])
    #expect(bounds("unlimited", "unlimited", status).isEmpty)
    #expect(bounds("18446744073709551615", "x", status).isEmpty)
    #expect(bounds("1000", "1000", "Name:\tx\n").isEmpty)
  }

  @Test func threadsCanBeTried() throws {
    try ThreadTrial.start(0)
    try ThreadTrial.start(8)
  }

  @Test func theSmallestBoundHolds() {
    #expect(MachineLimits.processors(8, quotas: []) == 8)
    #expect(MachineLimits.processors(8, quotas: [nil, 16, 2.5]) == 3)
    #expect(MachineLimits.processors(2, quotas: [16]) == 2)
    #expect(MachineLimits.processors(4, quotas: [0.1]) == 1)
  }

  private func groups(_ membership: String) -> [ControlGroup] {
    ControlGroup.all(membership: membership, mounted: folder.url)
  }

  @Test func versionTwoCountsTheGroupsAbove() throws {
    try folder.write("max 100000\n", to: "batch/cpu.max")
    try folder.write("4294967296\n", to: "batch/memory.max")
    try folder.write("1073741824\n", to: "batch/memory.current")
    try folder.write("anon 1\nactive_file 4096\ninactive_file 8192\n", to: "batch/memory.stat")
    try folder.write("150000 100000\n", to: "batch/job/cpu.max")
    try folder.write("max\n", to: "batch/job/memory.max")
    #expect(
      groups("0::/batch/job\n") == [
        ControlGroup(processors: nil, availableMemory: 3_221_225_472 + 12_288),
        ControlGroup(processors: 1.5, availableMemory: nil),
      ])
    #expect(groups("0::/batch\n").count == 1 && groups("0::/\n").isEmpty)
  }

  /// A container sees its group as the root, and its path as seen from outside, or not at all.
  @Test(arguments: ["0::/\n", "0::/../other\n", "0::/docker/0123456789ab\n"])
  func aContainerSeesItsGroupAtTheRoot(membership: String) throws {
    try folder.write("50000 100000\n", to: "cpu.max")
    try folder.write("1000000\n", to: "memory.max")
    try folder.write("2000000\n", to: "memory.current")
    // More is used than the bound, which was lowered.
    #expect(groups(membership) == [ControlGroup(processors: 0.5, availableMemory: 0)])
  }

  @Test func versionOneHasAHierarchyForEachResource() throws {
    try folder.write("268435456\n", to: "memory/docker/ab/memory.limit_in_bytes")
    try folder.write("134217728\n", to: "memory/docker/ab/memory.usage_in_bytes")
    try folder.write(
      "inactive_file 1\ntotal_active_file 10\ntotal_inactive_file 20\n",
      to: "memory/docker/ab/memory.stat")
    try folder.write("9223372036854771712\n", to: "memory/memory.limit_in_bytes")
    try folder.write("200000\n", to: "cpu,cpuacct/docker/ab/cpu.cfs_quota_us")
    try folder.write("100000\n", to: "cpu,cpuacct/docker/ab/cpu.cfs_period_us")
    try folder.write("-1\n", to: "cpu,cpuacct/docker/cpu.cfs_quota_us")
    try folder.write("100000\n", to: "cpu,cpuacct/docker/cpu.cfs_period_us")
    let found = groups(
      "11:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n1:name=systemd:/docker/ab\n")
    #expect(
      found == [
        ControlGroup(processors: nil, availableMemory: 134_217_728 + 30),
        ControlGroup(processors: 2, availableMemory: nil),
      ])
  }

  @Test func whatIsNoNumberIsNoBound() {
    for text in ["", "max", "max 100000", "0 100000", "1 0", "x y", "nan 1", "inf 100000", "1 2 3"]
    {
      #expect(ControlGroup.processors(quotaAndPeriod: text) == nil, "\(text)")
    }
    for limit in [nil, "", "max\n", "-1\n", "x"] {
      #expect(ControlGroup.available(limit: limit, used: "1", statistics: nil) == nil)
    }
    #expect(ControlGroup.available(limit: "10", used: nil, statistics: "active_file x\n") == 10)
    #expect(groups("").isEmpty && groups("garbage\n::\n:").isEmpty)
  }
}
