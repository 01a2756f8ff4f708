import Diagnostics
import Foundation

/// `run.json`: when a run was, how long it took, how fast it was, how it ended.
package struct RunRecord: Codable, Equatable, Sendable {
  /// The machine a run was on.
  package struct Host: Codable, Equatable, Sendable {
    package var name: String
    package var system: String
    package var processors: Int
    package var memoryBytes: Int
  }

  /// ISO 8601, UTC.
  package var startedAt: String
  package var seconds: Double
  package var host: Host
  /// Name to version: `ichor`, `swift`, libraries.
  package var versions: [String: String]
  /// How much was done, in `unit`s; an estimate of a later run scales with it.
  package var items: Int
  /// In the plural: `slices`, `images`, `patients`.
  package var unit: String
  package var itemsPerSecond: Double
  package var peakRSSBytes: Int
  /// Size of the artifact; `AtomicPublish.commit` fills it in.
  package var bytes: Int
  package var exit: Int32
  /// The signal that ended the run, `nil` where none did.
  package var signal: Int32?
  /// Why it ended early, `nil` where it did not.
  package var error: String?

  /// Whether the run ended by itself, with an error.
  package var failed: Bool {
    exit != ExitStatus.done.rawValue && ExitStatus(rawValue: exit)?.keepsWork != true
  }
}

/// Measures the times of a run for its `RunRecord`.
package struct RunClock: Sendable {
  private let started = Date()
  private let instant = ContinuousClock.now
  private let versions: [String: String]

  package init(versions: [String: String]) { self.versions = versions }

  /// Seconds since the start.
  package var seconds: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - instant).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }

  /// What happened from the start until now.
  ///
  /// - Parameters:
  ///   - items: how much was done, in `unit`s; a plan multiplies its speed by the items to come.
  package func record(
    items: Int, unit: String, exit: Int32, signal: Int32? = nil, error: String? = nil
  ) -> RunRecord {
    let seconds = self.seconds
    let process = ProcessInfo.processInfo
    return RunRecord(
      startedAt: started.formatted(.iso8601), seconds: seconds,
      host: RunRecord.Host(
        name: RunRecord.Host.currentName, system: process.operatingSystemVersionString,
        processors: process.activeProcessorCount, memoryBytes: Int(clamping: process.physicalMemory)
      ),
      versions: versions, items: items, unit: unit,
      itemsPerSecond: seconds > 0 ? Double(items) / seconds : 0, peakRSSBytes: PeakMemory.bytes,
      bytes: 0,
      exit: exit, signal: signal, error: error)
  }
}

extension RunRecord.Host {
  /// Asks the kernel; `ProcessInfo.hostName` would ask a name server.
  package static var currentName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    let status = gethostname(&buffer, buffer.count - 1)
    let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return status == 0 ? String(decoding: name, as: UTF8.self) : "unknown"
  }
}
