import Foundation

extension ResumeProof.Outcome {
  /// The kills, the hashes, and the verdict.
  package var text: String {
    var lines = [
      Self.line(["kill", "while", "from", "killed at", "went on from", "seconds", "half-written"])
    ]
    for (number, kill) in kills.enumerated() {
      lines.append(
        Self.line([
          "\(number + 1)", kill.kind, kill.from, kill.killed, kill.kept,
          String(format: "%.2f", kill.seconds), kill.leftUnfinished ? "yes" : "",
        ]))
    }
    lines.append("(epoch/step; the place of a kill is estimated from its time)")
    lines.append("")
    for row in comparison.rows {
      lines.append(
        "\(row.isEqual ? "equal " : "DIFFER") \(row.whole.prefix(16)) \(row.resumed.prefix(16))  "
          + row.file)
    }
    lines.append(verdict)
    return lines.joined(separator: "\n")
  }

  private var verdict: String {
    if kills.count < wanted {
      return "FAIL: the training was done after \(kills.count) of \(wanted) kills; lengthen it"
    }
    return comparison.isEqual
      ? "PASS: \(kills.count) kills by SIGKILL, every file equal"
      : "FAIL: the killed training ended differently"
  }

  private static let widths = [5, 11, 9, 10, 13, 8, 0]

  private static func line(_ cells: [String]) -> String {
    let padded = zip(cells, widths).map { cell, width in
      cell + String(repeating: " ", count: max(width - cell.count, 0))
    }.joined(separator: " ")
    return String(padded.reversed().drop { $0 == " " }.reversed())
  }
}
