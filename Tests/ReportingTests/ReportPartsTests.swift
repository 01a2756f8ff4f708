import ArtifactTables
import Diagnostics
import Merging
import Metrics
import Testing

@testable import Reporting

@Suite struct ReportPartsTests {
  @Test func interpolationEscapesTextAndKeepsMarkup() {
    let name = "<i>\"a\" & 'b'</i>\u{1}"
    let inner: HTML = "<b>\(name)</b>"
    let outer: HTML = "<p>\(inner)\(3)</p>"
    #expect(
      outer.text
        == "<p><b>&lt;i&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/i&gt;\u{FFFD}</b>3</p>")
  }

  @Test func ticksAreRound() {
    let scale = AxisScale(domain: 0.07...0.61, from: 200, to: 0)
    #expect(scale.ticks(5).map { Quantity.fixed($0, scale.decimals(5)) } == ["0.2", "0.4", "0.6"])
    #expect(abs(scale(0.34) - 100) < 1e-9)
    #expect(scale(.nan) == 200)
    let flat = AxisScale(domain: 1...1, from: 0, to: 10)
    #expect(flat(1) == 0 && flat.ticks(5) == [1])
  }

  @Test func rankingIsByAnyThenByID() {
    let row = { (any: Double) in [any, 1, 1, 1, 1, 1] }
    let table = PredictionTable(
      ids: ["c", "a", "b", "d"], probabilities: row(0.5) + row(0.5) + row(0.9) + row(0.1))
    #expect(SliceGallery.ranked(table) == ["b", "a", "c", "d"])
  }

  @Test func rocChartDrawsTheCurveAndSaysWhereThereIsNone() {
    let curve = ROCCurve(scores: [0.9, 0.1], targets: [1, 0])
    let chart = ROCChart(
      title: "any", positives: 1,
      series: [ROCChart.Series(name: "m", style: "s0", curve: curve, auc: 1)])
    // (0, 0), (0, 1), (1, 1) in a square of 220 with its margins.
    #expect(chart.svg.text.contains("d=\"M30.00 192.00 L30.00 8.00 L212.00 8.00\""))
    let none = ROCChart(
      title: "any", positives: 0,
      series: [ROCChart.Series(name: "m", style: "s0", curve: nil, auc: nil)])
    #expect(none.svg.text.contains("one class only"))
    #expect(none.figure.text.contains("m <b>–</b>"))
  }

  @Test func lossChartLeavesOutWhatHasNoValue() {
    let epochs = [0.4, nil, Double.nan, 0.4].enumerated().map {
      ReportFixture.epoch($0 + 1, train: 0.5, validation: $1, skill: nil)
    }
    let chart = LossChart(title: "m", epochs: epochs, floor: 0.45, domain: 0.3...0.6).svg.text
    #expect(chart.components(separatedBy: "<circle class=\"dot train\"").count == 5)
    #expect(chart.components(separatedBy: "<circle class=\"dot validation\"").count == 3)
    #expect(
      TrainingHistory(epochs: epochs).kept?.epoch == 4 && TrainingHistory(epochs: epochs).hasLoss)
  }
}
