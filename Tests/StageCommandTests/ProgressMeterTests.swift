import Diagnostics
import Synchronization
import Testing

@testable import StageCommand

/// Collects what a terminal would show.
final class Transcript: Sendable {
  private let storage = Mutex("")
  var text: String { storage.withLock { $0 } }
  var terminal: Terminal { Terminal { piece in self.storage.withLock { $0 += piece } } }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// A clock that a test moves.
final class HandClock: Sendable {
  private let seconds = Mutex(100.0)
  func advance(_ step: Double) { seconds.withLock { $0 += step } }
  var read: @Sendable () -> Double { { self.seconds.withLock { $0 } } }
}

@Suite("Progress")
struct ProgressMeterTests {
  @Test("Without a terminal a line comes every 5 s or with a tenth of the way, and at the end")
  func plain() {
    let transcript = Transcript()
    let clock = HandClock()
    let meter = ProgressMeter(
      .plain, label: "ichor-convert", terminal: transcript.terminal, clock: clock.read)
    // 1000 slices, 20 per second: the whole way is 50 s, a tenth is 5 s.
    for completed in 0...1000 {
      meter.report(completed: completed, total: 1000, unit: "slices", detail: "")
      clock.advance(0.05)
    }
    #expect((11...13).contains(transcript.lines.count), "\(transcript.lines)")
    #expect(transcript.lines.allSatisfy { $0.hasPrefix("ichor-convert: ") })
    #expect(transcript.lines.last?.contains("100 %  1000/1000 slices  20.0 slices/s") == true)
    #expect(
      transcript.lines.contains {
        $0.contains(": 50 %  50") && $0.hasSuffix("/1000 slices  20.0 slices/s  0:25 left")
      }, "\(transcript.lines)")
  }

  @Test("The rate leaves out what an interrupted run had done")
  func resumed() {
    let transcript = Transcript()
    let clock = HandClock()
    let meter = ProgressMeter(.plain, label: "x", terminal: transcript.terminal, clock: clock.read)
    meter.report(completed: 900, total: 1000, unit: "slices", detail: "")
    clock.advance(10)
    meter.report(completed: 920, total: 1000, unit: "slices", detail: "loss 0.5")
    #expect(transcript.lines.last == "x: 92 %  920/1000 slices  2.00 slices/s  0:40 left  loss 0.5")
  }

  @Test("An unknown total shows count and rate only")
  func unknownTotal() {
    let transcript = Transcript()
    let clock = HandClock()
    let meter = ProgressMeter(.plain, label: "x", terminal: transcript.terminal, clock: clock.read)
    meter.report(completed: 0, total: nil, unit: "files", detail: "")
    clock.advance(6)
    meter.report(completed: 600, total: nil, unit: "files", detail: "")
    #expect(transcript.lines == ["x: 0 files", "x: 600 files  100 files/s"])
  }

  @Test("A line of text goes above the bar, which is drawn again")
  func bar() {
    let transcript = Transcript()
    let terminal = transcript.terminal
    let meter = ProgressMeter(.bar, label: "x", terminal: terminal, clock: HandClock().read)
    meter.report(completed: 1, total: 4, unit: "slices", detail: "")
    terminal.line("warning")
    meter.finish()
    let bar = "[██████··················]  25 %  1/4 slices"
    #expect(transcript.text == "\r\u{1B}[K\(bar)\r\u{1B}[Kwarning\n\(bar)\n")
  }

  @Test("A reading of nothing, zero or absurd totals doesn't trap")
  func extremes() {
    let meter = ProgressMeter(.plain, label: "x", terminal: Transcript().terminal)
    meter.report(completed: 0, total: 0, unit: "slices", detail: "")
    meter.report(completed: .max, total: .max, unit: "slices", detail: "")
    meter.report(completed: .min, total: 1, unit: "slices", detail: "")
  }

  @Test("A line break inside a message can't make a second line")
  func oneLine() {
    let transcript = Transcript()
    transcript.terminal.line("first\nsecond")
    #expect(transcript.text == "first ⏎ second\n")
  }
}
