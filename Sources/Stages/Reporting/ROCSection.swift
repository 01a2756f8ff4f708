import Metrics
import PipelineContract
import Vocabulary

/// ROC curves per label on the held-out fold, as small multiples.
struct ROCSection {
  let data: ReportData

  var html: HTML {
    let merged = data.scored(data.mergedValidation)
    let models = data.models.map { data.scored($0.validation) }
    let charts = Label.allCases.enumerated().map { index, label -> HTML in
      let targets = merged.targets(of: index)
      let own = models.enumerated().map { number, scored in
        ROCChart.Series(
          name: data.models[number].name, style: SeriesStyle.name(number),
          curve: ROCCurve(scores: scored.probabilities(of: index), targets: targets),
          auc: data.models[number].scores.labels[label.rawValue]?.auc)
      }
      let all = ROCChart.Series(
        name: "merged", style: "merged",
        curve: ROCCurve(scores: merged.probabilities(of: index), targets: targets),
        auc: data.metrics.merged.labels[label.rawValue]?.auc)
      return ROCChart(
        title: label.rawValue, positives: merged.positives(of: index), series: own + [all]
      ).figure
    }
    return """
      <section>
      <h2>ROC curves\(LeakyStamp.suffix(data.metrics.leaky))</h2>
      <div class="panels">\(charts)</div>
      <p class="muted">Held-out fold; the number is the area under the curve, ties counted one half. \
      The dashed diagonal is chance.</p>
      </section>
      """
  }
}
