import Diagnostics
import Metrics
import PipelineContract
import Vocabulary

/// What a reader must not overlook.
struct WarningSection {
  let data: ReportData
  /// Sentences about what the page lacks.
  let omissions: [String]

  var html: HTML {
    let bad = failures.map { text -> HTML in "<li class=\"bad\">\(text)</li>" }
    let odd = (remarks + omissions).map { text -> HTML in "<li>\(text)</li>" }
    guard !bad.isEmpty || !odd.isEmpty else { return "" }
    return """
      <section class="warnings\(failures.isEmpty ? "" : " failed")">
      <h2>Read this first</h2>
      <ul>
      \(bad)
      \(odd)
      </ul>
      </section>
      """
  }

  /// A predictor that does not beat its floor.
  var failures: [String] {
    let floor = data.metrics.constant
    var failures: [String] = []
    if !data.metrics.betterThanConstant {
      failures.append(
        "The merged model does not beat the constant predictor:"
          + " \(Quantity.fixed(data.metrics.merged.loss, 4)) against"
          + " \(Quantity.fixed(floor.loss, 4)).")
    }
    for model in data.models where model.scores.loss >= floor.loss {
      failures.append(
        "\(model.name) does not beat the constant predictor:"
          + " \(Quantity.fixed(model.scores.loss, 4)) against"
          + " \(Quantity.fixed(floor.loss, 4)).")
    }
    for label in Label.allCases {
      guard let own = data.metrics.merged.labels[label.rawValue],
        let base = floor.labels[label.rawValue], own.logLoss >= base.logLoss
      else { continue }
      failures.append(
        "For \(label.rawValue) the merged model is no better than the base rate:"
          + " \(Quantity.fixed(own.logLoss, 4)) against \(Quantity.fixed(base.logLoss, 4)).")
    }
    return failures.map { LeakyStamp.prefix(data.metrics.leaky) + $0 }
  }

  private var remarks: [String] {
    var remarks: [String] = []
    for label in Label.allCases {
      let positives = data.metrics.merged.labels[label.rawValue]?.positives ?? 0
      if positives == 0 || positives == data.metrics.slices {
        remarks.append(
          "The held-out fold has only one class of \(label.rawValue); it has no AUC there.")
      } else if positives < 10 {
        remarks.append(
          "The held-out fold has only \(positives) positive slices of \(label.rawValue);"
            + " its AUC is a rough guess.")
      }
    }
    for model in data.models where !model.history.hasLoss {
      remarks.append("No epoch of \(model.name) has a validation loss.")
    }
    if data.metrics.fallback > 0 {
      let reasons = data.metrics.fallbackReasons.sorted { $0.key < $1.key }
        .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      remarks.append(
        "\(data.metrics.fallback) of \(data.metrics.submitted) images of the submission could not"
          + " be predicted and got the base rates (\(reasons)).")
    }
    if data.metrics.notSubmitted > 0 {
      remarks.append(
        "\(data.metrics.notSubmitted) predicted test slices are not in the sample submission.")
    }
    if data.configuration.isSynthetic(.train), !data.configuration.isSynthetic(.test) {
      remarks.append(
        "Networks trained on phantoms were applied to other data: those probabilities show that the"
          + " pipeline runs, and nothing more.")
    }
    return remarks
  }
}
