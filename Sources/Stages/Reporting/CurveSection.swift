import Diagnostics
import PipelineContract

/// Loss by epoch, one chart per model, all on the same scale.
struct CurveSection {
  let data: ReportData

  var html: HTML {
    let floor = data.metrics.constant.loss
    let domain = AxisScale.domain(
      holding: data.models.flatMap { LossChart.values($0.history.epochs, floor: floor) })
    let charts = data.models.map { model -> HTML in
      let chart = LossChart(
        title: model.name, epochs: model.history.epochs, floor: floor, domain: domain)
      return """
        <figure class="panel wide"><figcaption><strong>\(model.name)</strong> \
        <span class="muted">\(best(model))</span></figcaption>
        \(chart.svg)
        <div class="keys"><span class="key train">training</span>\
        <span class="key validation">validation</span>\
        <span class="key floorkey">constant predictor</span></div></figure>
        """
    }
    return """
      <section>
      <h2>Loss curves\(LeakyStamp.suffix(data.metrics.leaky))</h2>
      <div class="panels wide">\(charts)</div>
      <p class="muted">Training loss is the mean over the epoch's augmented batches while the weights \
      move; validation loss is that of the epoch's last weights on the held-out fold.</p>
      </section>
      """
  }

  private func best(_ model: ReportData.Model) -> String {
    let monitor = (data.configuration.train[model.name]?.monitor ?? .loss).rawValue
    guard let kept = model.history.kept else { return "no epoch kept" }
    return "epoch \(kept.epoch), kept by \(monitor): validation loss "
      + "\(Quantity.fixed(kept.validationLoss, 4)), skill \(Quantity.percent(kept.skill))"
      + earlyEnd(model)
  }

  private func earlyEnd(_ model: ReportData.Model) -> String {
    let (epochs, most) = (model.history.epochs.count, model.parameters.totalEpochs)
    guard model.parameters.stop != nil, epochs < most else { return "" }
    return "; stopped early after epoch \(epochs) of at most \(most)"
  }
}
