import Diagnostics
import Foundation
import OperatingSystem

/// How far a stage has come, at one moment.
package struct ProgressReading: Codable, Equatable, Sendable {
  package var completed: Int
  /// `nil` where unknown.
  package var total: Int?
  /// What an item is, in the plural.
  package var unit: String
  /// What else a person would like to see; may be empty.
  package var detail: String
  /// `nil` as long as there is no rate.
  package var itemsPerSecond: Double?

  package init(
    completed: Int, total: Int?, unit: String, detail: String = "", itemsPerSecond: Double? = nil
  ) {
    self.completed = completed
    self.total = total
    self.unit = unit
    self.detail = detail
    self.itemsPerSecond = itemsPerSecond
  }

  /// `45 %  9/20 slices  1.2 slices/s  0:09 left  …`.
  package var text: String { text(cells: 0) }

  /// The same after a bar, in at most `width` characters: the bar, the counts and the rate go before the
  /// share, the time left and the detail do, of which the end is cut.
  package func bar(width: Int) -> String {
    let forms = [
      text(cells: 24), text(cells: 12), text(cells: 0), text(cells: 0, counts: false),
      text(cells: 0, counts: false, rate: false),
    ]
    return forms.first { $0.count <= width } ?? String((forms.last ?? "").prefix(max(0, width)))
  }

  private func text(cells: Int, counts: Bool = true, rate showsRate: Bool = true) -> String {
    var parts: [String] = []
    if let total, total > 0 {
      let share = min(1, max(0, Double(completed) / Double(total)))
      if cells > 0 {
        let filled = Int(share * Double(cells))
        let (full, open) = (
          String(repeating: "█", count: filled), String(repeating: "·", count: cells - filled)
        )
        parts.append("[\(full)\(open)]")
      }
      parts.append("\(Int(share * 100)) %")
      if counts { parts.append("\(completed)/\(total) \(unit)") }
    } else {
      parts.append("\(completed) \(unit)")
    }
    if let rate = itemsPerSecond, rate > 0 {
      if showsRate { parts.append("\(Quantity.rough(rate)) \(unit)/s") }
      if let total, completed < total {
        parts.append("\(Quantity.clock((Double(total) - Double(completed)) / rate)) left")
      }
    }
    if !detail.isEmpty { parts.append(detail) }
    return parts.joined(separator: "  ")
  }
}

extension ProgressReading {
  /// What the run that writes into a staging folder has left there last; `nil` where nothing.
  package init?(in staging: URL) {
    let file = staging.appendingPathComponent(ArtifactLayout.progress)
    guard let reading = try? CanonicalJSON.read(Self.self, from: file) else { return nil }
    self = reading
  }

  /// Leaves it for `status` and the driver. Best effort: nothing depends on it.
  package func leave(in staging: URL) {
    let file = staging.appendingPathComponent(ArtifactLayout.progress)
    let scratch = file.appendingPathExtension("new")
    guard let text = try? CanonicalJSON.encode(self),
      (try? text.withUnsafeBytes({
        try OpenFile(scratch.path, O_WRONLY | O_CREAT | O_TRUNC).write($0)
      })) != nil
    else { return }
    rename(scratch.path, file.path)
  }
}
