import ArtifactTables
import Diagnostics
import Metrics
import PipelineContract
import Vocabulary

/// Log loss and AUC per label, for the constant predictor, every model and the merged one.
struct ScoreSection {
  let data: ReportData

  var html: HTML {
    """
    <section>
    <h2>Scores per label\(stamp)</h2>
    <div class="scroll"><table class="numbers dense">
    <thead>
    <tr><th rowspan="2">label</th><th rowspan="2">positive</th>\
    <th colspan="\(data.models.count + 2)" class="group">log loss</th>\
    <th colspan="\(data.models.count + 2)" class="group">AUC</th></tr>
    <tr>\(heads)\(heads)</tr>
    </thead>
    <tbody>
    \(Label.allCases.map { row($0.rawValue) })
    \(total)
    </tbody></table></div>
    <p class="muted">Held-out fold, every slice once, no augmentation. A red value with ▲ is no better \
    than the constant predictor's; a constant ranks nothing, so its AUC is one half.</p>
    \(weights)
    </section>
    """
  }

  private var stamp: String { LeakyStamp.suffix(data.metrics.leaky) }

  private var heads: HTML {
    let models = data.models.enumerated().map { index, model -> HTML in
      "<th><span class=\"key \(SeriesStyle.name(index))\">\(model.name)</span></th>"
    }
    return
      "<th class=\"first\">constant</th>\(models)<th><span class=\"key merged\">merged</span></th>"
  }

  private func row(_ label: String) -> HTML {
    let base = data.metrics.constant.labels[label]
    let merged = data.metrics.merged.labels[label]
    let losses = data.models.map { loss($0.scores.labels[label]?.logLoss, base?.logLoss) }
    let areas = data.models.map { area($0.scores.labels[label]?.auc) }
    return """
      <tr><th scope="row">\(label)</th><td>\(Quantity.grouped(merged?.positives ?? 0))</td>\
      <td class="first muted">\(Quantity.fixed(base?.logLoss, 4))</td>\(losses)\
      \(loss(merged?.logLoss, base?.logLoss))\
      <td class="first muted">\(Quantity.fixed(base?.auc, 3))</td>\(areas)\(area(merged?.auc))</tr>
      """
  }

  private var total: HTML {
    let floor = data.metrics.constant.loss
    let losses = data.models.map { loss($0.scores.loss, floor) }
    return """
      <tr class="total"><th scope="row">weighted</th><td></td>\
      <td class="first muted">\(Quantity.fixed(floor, 4))</td>\(losses)\
      \(loss(data.metrics.merged.loss, floor))\
      <td class="first" colspan="\(data.models.count + 2)"></td></tr>
      """
  }

  private func loss(_ value: Double?, _ floor: Double?) -> HTML {
    let text = Quantity.fixed(value, 4)
    guard let value, let floor, value >= floor else { return "<td>\(text)</td>" }
    return """
      <td class="bad" title="no better than the constant predictor">▲ \(text)</td>
      """
  }

  private func area(_ value: Double?) -> HTML {
    guard let value, value < 0.5 else { return "<td>\(Quantity.fixed(value, 3))</td>" }
    return """
      <td class="bad" title="ranks worse than chance">▲ \(Quantity.fixed(value, 3))</td>
      """
  }

  private var weights: HTML {
    let rows = data.weights.models.sorted { $0.key < $1.key }.map { name, model -> HTML in
      """
      <tr><th scope="row">\(name)</th><td>\(Quantity.fixed(model.loss, 5))</td>\
      <td>\(Quantity.fixed(model.weight, 4))</td></tr>
      """
    }
    return """
      <h3>Weights of the merger\(stamp)</h3>
      <table class="numbers narrow"><thead><tr><th>model</th><th>validation loss</th><th>weight</th></tr>
      </thead><tbody>\(rows)</tbody></table>
      <p class="muted">Rule: \(data.configuration.merge.weights.description). With inverse-loss a weight is \
      proportional to 1 − loss, which counts as at least \
      \(Quantity.fixed(EnsembleWeights.leastShare, 3)); with fitted the weights are those of least \
      validation loss, and the merged loss above is of two halves of the patients, each merged by \
      weights fitted to the other.</p>
      """
  }
}
