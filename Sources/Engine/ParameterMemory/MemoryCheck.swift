import ComputeGraph
import Diagnostics
import Foundation

/// Refuses a program whose memory is not there, before any of it is allocated.
package enum MemoryCheck {
  package static func require(_ bytes: Int, for program: Program) throws {
    guard let available = availableBytes(), bytes > available else { return }
    func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }
    throw IchorError(
      .configuration, code: "batch-does-not-fit",
      "\(program.graph.name) with batch \(program.batch) needs \(mebibytes(bytes)) MiB, "
        + "\(mebibytes(available)) MiB are free",
      remedy:
        "lower the batch, the size, or use compute.precision: bf16 with compute.backend: onednn")
  }

  /// `MemAvailable` of /proc/meminfo in bytes, `nil` where there is none.
  private static func availableBytes() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else {
      return nil
    }
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      let fields = line.split(separator: " ")
      return fields.count > 1 ? Int(fields[1]).map { $0 * 1024 } : nil
    }
    return nil
  }
}
