import Diagnostics
import Metrics

/// The ROC curves of one label, one per model.
struct ROCChart {
  struct Series {
    let name: String
    /// CSS class of its colour.
    let style: String
    let curve: ROCCurve?
    let auc: Double?
  }

  let title: String
  let positives: Int
  let series: [Series]

  private static let size = 220.0
  /// More corners than this can't be seen at this size.
  private static let pointLimit = 240

  var svg: HTML {
    let x = AxisScale(domain: 0...1, from: 30, to: Self.size - 8)
    let y = AxisScale(domain: 0...1, from: Self.size - 28, to: 8)
    var pieces: [HTML] = []
    for tick in [0, 0.25, 0.5, 0.75, 1] {
      pieces.append(SVGPath.segment(x(tick), y(0), x(tick), y(1), style: "grid"))
      pieces.append(SVGPath.segment(x(0), y(tick), x(1), y(tick), style: "grid"))
    }
    for tick in [0, 0.5, 1] {
      let text = Quantity.fixed(tick, tick == 0.5 ? 1 : 0)
      pieces.append(SVGPath.label(text, x(tick), Self.size - 14, anchor: "middle"))
      pieces.append(SVGPath.label(text, 25, y(tick) + 4, anchor: "end"))
    }
    pieces.append(SVGPath.segment(x(0), y(0), x(1), y(1), style: "chance"))
    for one in series {
      guard let curve = one.curve else { continue }
      let points = Self.thinned(curve.points).map {
        (x: x($0.falsePositiveRate), y: y($0.truePositiveRate))
      }
      pieces.append(
        """
        <path class="line \(one.style)" d="\(SVGPath.line(points))"/>
        """)
    }
    if series.allSatisfy({ $0.curve == nil }) {
      pieces.append(
        SVGPath.label(
          "one class only: no curve", x(0.5), y(0.5) - 6, anchor: "middle", style: "note"))
    }
    pieces.append(
      SVGPath.label(
        "false positive rate", x(0.5), Self.size - 2, anchor: "middle", style: "axis"))
    return """
      <svg class="chart roc" viewBox="0 0 \(Int(Self.size)) \(Int(Self.size))" role="img" \
      aria-label="ROC curves of \(title)">
      \(pieces)
      </svg>
      """
  }

  /// The figure with its caption: label, positives, and the area of every series.
  var figure: HTML {
    let areas = series.map { one -> HTML in
      """
      <span class="key \(one.style)">\(one.name) <b>\(Quantity.fixed(one.auc, 3))</b></span>
      """
    }
    return """
      <figure class="panel"><figcaption><strong>\(title)</strong> \
      <span class="muted">\(Quantity.grouped(positives)) positive</span></figcaption>
      \(svg)
      <div class="keys">\(areas)</div></figure>
      """
  }

  /// Keeps the ends and evenly spaced points between them.
  private static func thinned(_ points: [ROCCurve.Point]) -> [ROCCurve.Point] {
    guard points.count > pointLimit else { return points }
    return (0..<pointLimit).map { points[$0 * (points.count - 1) / (pointLimit - 1)] }
  }
}
