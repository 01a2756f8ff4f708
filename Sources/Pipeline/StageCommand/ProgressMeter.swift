import Diagnostics
import Foundation
import Synchronization

/// Shows how far a stage has got: a bar with rate and time left, or a plain line now and then.
final class ProgressMeter: Diagnostics.ProgressReporting {
  enum Style: Sendable { case bar, plain, none }

  /// What the rate is computed from: the reports of the last seconds, so that items taken over from
  /// an interrupted run don't count as work.
  private struct State {
    var unit = ""
    var samples: [(time: Double, completed: Int)] = []
    var shownAt = -Double.infinity
    var shownTenth = 0
    var last: (completed: Int, total: Int?)?
  }

  private let style: Style
  private let terminal: Terminal
  private let label: String
  private let clock: @Sendable () -> Double
  private let state = Mutex(State())

  /// Seconds between two drawings of the bar, between two plain lines, and the least between two
  /// plain lines for a tenth of the way.
  private static let barPause = 0.1
  private static let plainPause = 5.0
  private static let tenthPause = 1.0
  /// Seconds of reports that the rate is computed over, and between two that are kept for it.
  private static let window = 20.0
  private static let samplePause = 0.05

  /// - Parameter clock: seconds from an arbitrary start, never going back.
  init(
    _ style: Style, label: String, terminal: Terminal,
    clock: @escaping @Sendable () -> Double = ProgressMeter.uptime
  ) {
    self.style = style
    self.label = label
    self.terminal = terminal
    self.clock = clock
  }

  static let uptime: @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }

  func report(completed: Int, total: Int?, unit: String, detail: String) {
    if style == .none { return }
    let now = clock()
    let text = state.withLock { state -> String? in
      if state.unit != unit || completed < (state.last?.completed ?? 0) {
        state = State(unit: unit)
      }
      state.last = (completed, total)
      if state.samples.last.map({ now - $0.time >= Self.samplePause }) ?? true {
        state.samples.append((now, completed))
      }
      while state.samples.count > 2, now - state.samples[0].time > Self.window {
        state.samples.removeFirst()
      }
      guard isDue(&state, now: now, completed: completed, total: total) else { return nil }
      return line(state, completed: completed, total: total, detail: detail, now: now)
    }
    guard let text else { return }
    style == .bar ? terminal.show(bar: text) : terminal.line("\(label): \(text)")
  }

  /// Ends the bar's line.
  func finish() { if style == .bar { terminal.endBar() } }

  private func isDue(_ state: inout State, now: Double, completed: Int, total: Int?) -> Bool {
    let pause = now - state.shownAt
    let isLast = completed == total
    let due: Bool
    switch style {
    case .bar: due = isLast || pause >= Self.barPause
    case .plain:
      let tenth =
        total.map { $0 > 0 ? completed.multipliedReportingOverflow(by: 10).partialValue / $0 : 0 }
        ?? 0
      due =
        isLast || pause >= Self.plainPause || (tenth > state.shownTenth && pause >= Self.tenthPause)
      if due { state.shownTenth = tenth }
    case .none: due = false
    }
    if due { state.shownAt = now }
    return due
  }

  private func line(
    _ state: State, completed: Int, total: Int?, detail: String, now: Double
  ) -> String {
    var parts: [String] = []
    if let total, total > 0 {
      let share = min(1, max(0, Double(completed) / Double(total)))
      if style == .bar {
        let filled = Int(share * 24)
        parts.append(
          "[\(String(repeating: "█", count: filled))\(String(repeating: "·", count: 24 - filled))]")
      }
      parts.append("\(Int(share * 100)) %")
      parts.append("\(completed)/\(total) \(state.unit)")
    } else {
      parts.append("\(completed) \(state.unit)")
    }
    if let first = state.samples.first, now - first.time > 0.2, completed > first.completed {
      let rate = (Double(completed) - Double(first.completed)) / (now - first.time)
      parts.append("\(Quantity.rough(rate)) \(state.unit)/s")
      if let total, completed < total {
        parts.append("\(Quantity.clock((Double(total) - Double(completed)) / rate)) left")
      }
    }
    if !detail.isEmpty { parts.append(detail) }
    return parts.joined(separator: "  ")
  }
}
