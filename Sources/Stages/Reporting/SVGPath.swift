import Diagnostics

/// Pieces that all charts are drawn with.
enum SVGPath {
  /// A coordinate with two decimals, which is finer than a screen.
  static func number(_ value: Double) -> String { Quantity.fixed(value.isFinite ? value : 0, 2) }

  /// A polyline through the points, as the attribute `d` of a path.
  static func line(_ points: [(x: Double, y: Double)]) -> String {
    points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))"
    }.joined(separator: " ")
  }

  /// A line from one point to another.
  static func segment(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String
  ) -> HTML {
    """
    <line class="\(style)" x1="\(number(x1))" y1="\(number(y1))" x2="\(number(x2))" \
    y2="\(number(y2))"/>
    """
  }

  /// A line of text; `anchor` is `start`, `middle` or `end`.
  static func label(
    _ text: String, _ x: Double, _ y: Double, anchor: String = "start", style: String = "tick"
  ) -> HTML {
    """
    <text class="\(style)" x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)">\(text)</text>
    """
  }
}
