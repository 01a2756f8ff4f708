import Diagnostics
import Foundation
import Synchronization

/// Tells how far reading has come: on a terminal in one line that is written over, elsewhere in a new
/// one now and then.
package final class LineProgress: Diagnostics.ProgressReporting {
  private struct State {
    var shownAt = 0.0
    var isLineOpen = false
  }

  private let name: String
  private let isTerminal: Bool
  private let tell: @Sendable (String) -> Void
  private let begun = ContinuousClock.now
  private let state = Mutex(State())

  /// Seconds between two lines.
  private var pause: Double { isTerminal ? 0.2 : 5 }

  /// - Parameter tell: takes text, line breaks included.
  package init(_ name: String, isTerminal: Bool, tell: @escaping @Sendable (String) -> Void) {
    self.name = name
    self.isTerminal = isTerminal
    self.tell = tell
  }

  package func report(completed: Int, total: Int?, unit: String, detail: String) {
    let seconds = begun.duration(to: .now) / .seconds(1)
    guard let total, total > 0, completed > 0 else { return }
    let share = min(1, Double(completed) / Double(total))
    let text =
      "\(name): \(Int(share * 100)) %  \(Quantity.size(completed)) of \(Quantity.size(total))  "
      + "\(Quantity.size(Int(Double(completed) / max(seconds, 0.001))))/s  "
      + "\(Quantity.clock(seconds / share - seconds)) left  \(detail)"
    state.withLock { state in
      if seconds - state.shownAt < pause { return }
      state.shownAt = seconds
      state.isLineOpen = isTerminal
      tell(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }
  }

  /// Ends the line that is written over.
  package func finish() {
    state.withLock { state in
      if state.isLineOpen { tell("\r\u{1B}[K") }
      state.isLineOpen = false
    }
  }
}
