import Diagnostics
import Foundation
import PipelineContract
import Synchronization

/// Shows how far a stage has got: a bar with rate and time left, or a plain line now and then.
/// Leaves it on the disk too, for those who ask from outside.
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
    var recordedAt = -Double.infinity
  }

  private let style: Style
  private let terminal: Terminal
  private let label: String
  private let clock: @Sendable () -> Double
  private let state = Mutex(State())
  /// Takes a reading at most once a second; `nil` once finished.
  private let record: Mutex<(@Sendable (ProgressReading) -> Void)?>

  /// Seconds between two drawings of the bar, between two plain lines, and the least between two
  /// plain lines for a tenth of the way.
  private static let barPause = 0.1
  private static let plainPause = 5.0
  private static let tenthPause = 1.0
  private static let recordPause = 1.0
  /// Seconds of reports that the rate is computed over, and between two that are kept for it.
  private static let window = 20.0
  private static let samplePause = 0.05

  /// - Parameters:
  ///   - clock: seconds from an arbitrary start, never going back.
  ///   - record: takes a reading at most once a second, none after `finish`.
  init(
    _ style: Style, label: String, terminal: Terminal,
    clock: @escaping @Sendable () -> Double = ProgressMeter.uptime,
    record: (@Sendable (ProgressReading) -> Void)? = nil
  ) {
    self.style = style
    self.label = label
    self.terminal = terminal
    self.clock = clock
    self.record = Mutex(record)
  }

  static let uptime: @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }

  func report(completed: Int, total: Int?, unit: String, detail: String) {
    let now = clock()
    let due = state.withLock { state -> (reading: ProgressReading, shows: Bool, records: Bool)? in
      if state.unit != unit || completed < (state.last?.completed ?? 0) {
        state = State(unit: unit, recordedAt: state.recordedAt)
      }
      state.last = (completed, total)
      if state.samples.last.map({ now - $0.time >= Self.samplePause }) ?? true {
        state.samples.append((now, completed))
      }
      while state.samples.count > 2, now - state.samples[0].time > Self.window {
        state.samples.removeFirst()
      }
      let shows = isDue(&state, now: now, completed: completed, total: total)
      let records = now - state.recordedAt >= Self.recordPause
      if records { state.recordedAt = now }
      guard shows || records else { return nil }
      let reading = ProgressReading(
        completed: completed, total: total, unit: unit, detail: detail,
        itemsPerSecond: rate(state, completed: completed, now: now))
      return (reading, shows, records)
    }
    guard let due else { return }
    if due.records { record.withLock { $0?(due.reading) } }
    guard due.shows else { return }
    if style == .bar {
      terminal.show(bar: due.reading.bar(width: Terminal.width - 1))
    } else {
      terminal.line("\(label): \(due.reading.text)")
    }
  }

  /// Ends the bar's line; nothing is recorded from now on.
  func finish() {
    record.withLock { $0 = nil }
    if style == .bar { terminal.endBar() }
  }

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

  /// Items per second over the reports of the last seconds; `nil` as long as they say too little.
  private func rate(_ state: State, completed: Int, now: Double) -> Double? {
    guard let first = state.samples.first, now - first.time > 0.2, completed > first.completed
    else { return nil }
    return (Double(completed) - Double(first.completed)) / (now - first.time)
  }
}
