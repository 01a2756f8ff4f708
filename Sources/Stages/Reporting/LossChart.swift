import ArtifactTables
import Diagnostics

/// Training and validation loss by epoch, with the constant predictor's loss as a line.
struct LossChart {
  let title: String
  let epochs: [HistoryRow]
  let floor: Double
  /// The same for all models, so that charts can be compared.
  let domain: ClosedRange<Double>

  private static let width = 480.0
  private static let height = 250.0

  /// The values that a domain has to hold.
  static func values(_ epochs: [HistoryRow], floor: Double) -> [Double] {
    epochs.flatMap { [$0.trainLoss, $0.validationLoss].compactMap(\.self) } + [floor]
  }

  var svg: HTML {
    let last = epochs.map(\.epoch).max() ?? 1
    let first = epochs.map(\.epoch).min() ?? 1
    let x = AxisScale(
      domain: Double(first)...Double(max(last, first + 1)), from: 52, to: Self.width - 18)
    let y = AxisScale(domain: domain, from: Self.height - 38, to: 16)
    var pieces: [HTML] = []
    for tick in y.ticks(5) {
      pieces.append(SVGPath.segment(52, y(tick), Self.width - 18, y(tick), style: "grid"))
      pieces.append(
        SVGPath.label(
          Quantity.fixed(tick, y.decimals(5)), 46, y(tick) + 4, anchor: "end"))
    }
    for tick in x.ticks(8) where tick == tick.rounded() && tick <= Double(last) {
      pieces.append(
        SVGPath.label(Quantity.fixed(tick, 0), x(tick), Self.height - 20, anchor: "middle"))
    }
    pieces.append(
      SVGPath.label(
        "epoch", (52 + Self.width - 18) / 2, Self.height - 4, anchor: "middle", style: "axis"))
    pieces.append(SVGPath.segment(52, y(floor), Self.width - 18, y(floor), style: "floor"))
    pieces.append(
      SVGPath.label(
        "constant predictor \(Quantity.fixed(floor, 4))", 56, y(floor) - 5,
        style: "note"))
    pieces.append(series(\.trainLoss, "train", x, y))
    pieces.append(series(\.validationLoss, "validation", x, y))
    return """
      <svg class="chart" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
      aria-label="Loss by epoch of \(title)">
      \(pieces)
      </svg>
      """
  }

  private func series(
    _ value: KeyPath<HistoryRow, Double?>, _ style: String, _ x: AxisScale,
    _ y: AxisScale
  ) -> HTML {
    let points = epochs.compactMap { epoch -> (x: Double, y: Double, value: Double, at: Int)? in
      guard let value = epoch[keyPath: value], value.isFinite else { return nil }
      return (x: x(Double(epoch.epoch)), y: y(value), value: value, at: epoch.epoch)
    }
    // Dots carry the number as a tooltip, and show a run of one epoch at all.
    let dots = points.map { point -> HTML in
      """
      <circle class="dot \(style)" cx="\(SVGPath.number(point.x))" \
      cy="\(SVGPath.number(point.y))" r="3"><title>\(style) loss, epoch \(point.at): \
      \(Quantity.fixed(point.value, 5))</title></circle>
      """
    }
    return """
      <path class="line \(style)" d="\(SVGPath.line(points.map { (x: $0.x, y: $0.y) }))"/>
      \(dots)
      """
  }
}
