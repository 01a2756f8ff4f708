import Diagnostics

/// Losses as bars against the constant predictor's, the figure that comes first.
struct SkillChart {
  struct Bar {
    let name: String
    let style: String
    let loss: Double
  }

  let bars: [Bar]
  let floor: Double

  private static let width = 640.0
  private static let rowHeight = 34.0

  var svg: HTML {
    let height = Self.rowHeight * Double(bars.count) + 40
    let most = max(floor, bars.map(\.loss).filter(\.isFinite).max() ?? floor)
    let x = AxisScale(domain: 0...max(most * 1.12, 1e-9), from: 130, to: Self.width - 90)
    var pieces: [HTML] = []
    for tick in x.ticks(6) {
      pieces.append(SVGPath.segment(x(tick), 14, x(tick), height - 24, style: "grid"))
      pieces.append(
        SVGPath.label(Quantity.fixed(tick, x.decimals(6)), x(tick), height - 8, anchor: "middle"))
    }
    for (row, bar) in bars.enumerated() {
      let top = 18 + Double(row) * Self.rowHeight
      let worse = bar.loss >= floor
      pieces.append(
        """
        <rect class="bar \(bar.style)\(worse ? " worse" : "")" x="\(SVGPath.number(x(0)))" \
        y="\(SVGPath.number(top))" width="\(SVGPath.number(max(1, x(bar.loss) - x(0))))" \
        height="22" rx="3"/>
        """)
      pieces.append(SVGPath.label(bar.name, 122, top + 16, anchor: "end", style: "name"))
      pieces.append(
        SVGPath.label(
          (worse ? "▲ " : "") + Quantity.fixed(bar.loss, 4), Self.width - 4, top + 16,
          anchor: "end", style: worse ? "value bad" : "value"))
    }
    pieces.append(SVGPath.segment(x(floor), 12, x(floor), height - 24, style: "floor"))
    pieces.append(
      SVGPath.label("constant predictor", x(floor), 9, anchor: "middle", style: "note"))
    return """
      <svg class="chart" viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" \
      aria-label="Weighted log loss of every model beside the constant predictor's">
      \(pieces)
      </svg>
      """
  }
}
