import ArtifactTables
import Diagnostics
import PipelineContract
import Vocabulary

/// How often each training drew each label, and what correcting the probabilities for it does.
struct CalibrationSection {
  let data: ReportData

  var html: HTML {
    let stamp = LeakyStamp.suffix(data.metrics.leaky)
    return """
      <section>
      <h2>Prior correction\(stamp)</h2>
      <table class="numbers narrow"><thead><tr><th>model</th><th>validation loss before</th>\
      <th>after</th><th class="text">predictions</th></tr></thead>
      <tbody>\(data.models.map { losses($0) })</tbody></table>
      <h3>What the samplers drew</h3>
      <div class="scroll"><table class="numbers dense">
      <thead>
      <tr><th rowspan="2">label</th><th rowspan="2">of the slices</th>\(groups)</tr>
      <tr>\(data.models.map { heads($0) })</tr>
      </thead>
      <tbody>\(Label.allCases.map { row($0) })</tbody></table></div>
      <p class="muted">Share of the training slices and of the samples drawn that carry a label, and \
      how often the whole training drew a slice with it and one without, on average.\(asked) A network learns \
      the rates that it is shown; predict.correct_prior takes them back. A label with ▲ can't be \
      corrected: slices of a kind were never drawn.</p>
      </section>
      """
  }

  private func losses(_ model: ReportData.Model) -> HTML {
    let calibration = model.calibration
    return """
      <tr><th scope="row">\(model.name)</th><td>\(Quantity.fixed(calibration.lossBefore, 5))</td>\
      <td>\(Quantity.fixed(calibration.lossAfter, 5))</td>\
      <td class="text">\(calibration.applied ? "corrected" : "as they are")</td></tr>
      """
  }

  private var groups: HTML {
    HTML(
      data.models.map { model -> HTML in
        "<th colspan=\"\(Self.asks(model) ? 4 : 3)\" class=\"group first\">\(model.name)</th>"
      })
  }

  /// Whether the network's sampler was asked for other shares than the slices have.
  private static func asks(_ model: ReportData.Model) -> Bool {
    model.calibration.labels.values.contains { $0.asked != nil }
  }

  private var asked: HTML {
    data.models.contains(where: Self.asks)
      ? " What was asked is what the sampler's weights would give if an epoch drew only few slices."
      : ""
  }

  private func heads(_ model: ReportData.Model) -> HTML {
    let asked: HTML = Self.asks(model) ? "<th>asked</th>" : ""
    return "<th class=\"first\">of the draws</th>\(asked)<th>draws with</th><th>without</th>"
  }

  private func row(_ label: Label) -> HTML {
    let natural = data.models.first?.calibration.labels[label.rawValue]?.natural
    let cells = data.models.map { model -> HTML in
      let rates = model.calibration.labels[label.rawValue]
      let mark = rates?.corrects == false ? "▲ " : ""
      let asked: HTML = Self.asks(model) ? "<td>\(Quantity.percent(rates?.asked, 2))</td>" : ""
      return """
        <td class="first">\(mark)\(Quantity.percent(rates?.drawn, 2))</td>\(asked)\
        <td>\(Quantity.fixed(rates?.drawsWith, 2))</td>\
        <td>\(Quantity.fixed(rates?.drawsWithout, 2))</td>
        """
    }
    return """
      <tr><th scope="row">\(label.rawValue)</th><td>\(Quantity.percent(natural, 2))</td>\(cells)</tr>
      """
  }
}
