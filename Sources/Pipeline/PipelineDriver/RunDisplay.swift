import Diagnostics
import Foundation
import PipelineContract

/// Standard error of a run: lines, and below them one bar for each of several running stages.
struct RunDisplay: Sendable {
  private let terminal: Terminal

  init(_ terminal: Terminal) { self.terminal = terminal }

  func line(_ text: String) { terminal.line(text) }

  /// A line for standard output.
  func result(_ text: String) { terminal.above { StandardStream.output.tell("\(text)\n") } }

  /// A line of a stage, with its name in front unless the stage itself put it there.
  static func labelled(_ line: String, _ instance: StageInstance) -> String {
    line.hasPrefix("\(instance): ") ? line : "\(instance): \(line)"
  }

  /// Redraws the bars; with none, erases them.
  func draw(_ stages: [(instance: StageInstance, seconds: Double, progress: ProgressReading?)]) {
    let widest = stages.map(\.instance.description.count).max() ?? 0
    let width = Terminal.width - 1
    let lines = stages.map { stage in
      let name = stage.instance.description
      let padding = String(repeating: " ", count: widest - name.count)
      let room = width - widest - 2
      let progress = stage.progress?.bar(width: room) ?? Quantity.clock(stage.seconds)
      return String("\(name)\(padding)  \(progress)".prefix(width))
    }
    terminal.show(bar: lines.joined(separator: "\n"))
  }
}
