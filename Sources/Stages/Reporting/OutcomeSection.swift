import Diagnostics
import PipelineContract
import Vocabulary

/// The skill figure: merged loss against the constant predictor's.
struct OutcomeSection {
  let data: ReportData

  var html: HTML {
    let metrics = data.metrics
    let good = metrics.betterThanConstant
    let stamp = LeakyStamp.suffix(metrics.leaky)
    let auc = metrics.merged.labels[Label.any.rawValue]?.auc
    return """
      <section>
      <h2>Outcome\(stamp)</h2>
      <div class="cards">
      \(card("merged loss\(stamp)", Quantity.fixed(metrics.merged.loss, 4), good ? "good" : "bad"))
      \(card("constant predictor", Quantity.fixed(metrics.constant.loss, 4), ""))
      \(card("skill\(stamp)", Quantity.percent(metrics.skill), good ? "good" : "bad"))
      \(card("AUC of any\(stamp)", Quantity.fixed(auc, 3), ""))
      \(card("held-out slices", Quantity.grouped(metrics.slices), ""))
      \(card("held-out patients", Quantity.grouped(metrics.patients), ""))
      </div>
      \(SkillChart(bars: bars, floor: metrics.constant.loss).svg)
      <p class="muted">Weighted log loss on the held-out fold, lower is better. The constant predictor \
      gives every slice the base rates of the training folds; skill is the share of its loss that the \
      merged model removes.</p>
      </section>
      """
  }

  private var bars: [SkillChart.Bar] {
    let merged = SkillChart.Bar(name: "merged", style: "merged", loss: data.metrics.merged.loss)
    return [merged]
      + data.models.enumerated().map { index, model in
        SkillChart.Bar(
          name: model.name, style: SeriesStyle.name(index), loss: model.scores.loss)
      }
  }

  private func card(_ title: String, _ value: String, _ style: String) -> HTML {
    """
    <div class="card"><span>\(title)</span><b class="\(style)">\(value)</b></div>
    """
  }
}

/// Which colour a model has, the same in every chart.
enum SeriesStyle {
  private static let count = 5
  static func name(_ model: Int) -> String { "s\(model % count)" }
}
