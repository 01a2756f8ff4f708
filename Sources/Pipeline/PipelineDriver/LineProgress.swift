import Diagnostics
import Foundation
import Synchronization

/// Tells how far reading has come, in a line now and then.
package final class LineProgress: Diagnostics.ProgressReporting {
  /// Seconds between two lines.
  private static let pause = 5.0

  private let name: String
  private let tell: @Sendable (String) -> Void
  private let begun = ContinuousClock.now
  private let shown = Mutex(0.0)

  /// - Parameter tell: takes a line without its end.
  package init(_ name: String, tell: @escaping @Sendable (String) -> Void) {
    self.name = name
    self.tell = tell
  }

  package func report(completed: Int, total: Int?, unit: String, detail: String) {
    let seconds = begun.duration(to: .now) / .seconds(1)
    let isDue = shown.withLock { shown in
      if seconds - shown < Self.pause { return false }
      shown = seconds
      return true
    }
    guard isDue, let total, total > 0, completed > 0 else { return }
    let share = min(1, Double(completed) / Double(total))
    let left = seconds / share - seconds
    tell(
      "\(name): \(Int(share * 100)) %  \(Quantity.size(completed)) of \(Quantity.size(total))  "
        + "\(Quantity.size(Int(Double(completed) / seconds)))/s  \(Quantity.clock(left)) left  "
        + detail)
  }
}
