import Diagnostics
import Foundation
import PipelineContract

/// The page as a whole: head, banner, sections in order of what a reader asks first.
struct ReportPage {
  let data: ReportData
  let pictures: SliceGallery

  var html: HTML {
    let sections: [HTML] = [
      OutcomeSection(data: data).html,
      WarningSection(data: data, omissions: data.omissions + pictures.omissions).html,
      ScoreSection(data: data).html,
      CalibrationSection(data: data).html,
      CurveSection(data: data).html,
      ROCSection(data: data).html,
      pictures.html,
      CollectionSection(data: data).html,
      RunSection(data: data).html,
    ]
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(LeakyStamp.prefix(data.metrics.leaky))Ichor report: skill \
      \(Quantity.percent(data.metrics.skill))</title>
      <style>\(Stylesheet.css)</style>
      </head>
      <body>
      \(SliceGallery.filter)
      <header>
      <h1>Intracranial haemorrhage on head CT</h1>
      <p class="muted">Ichor report · \(modelList) · held-out fold \
      \(data.summary.heldOutFold) of \(data.summary.folds.count), split by patient</p>
      \(leakyBanner)
      \(banner)
      </header>
      <main>
      \(sections)
      </main>
      <footer>Research software; no medical device, not for diagnosis. Loss is the metric of the RSNA
      2019 challenge: binary log loss per label, <em>any</em> counted twice, probabilities clipped to
      [10<sup>−6</sup>, 1 − 10<sup>−6</sup>].</footer>
      </body>
      </html>

      """
  }

  private var modelList: String { data.models.map(\.name).joined(separator: ", ") }

  private var leakyBanner: HTML {
    guard data.metrics.leaky else { return "" }
    return """
      <p class="banner" role="note"><strong>\(LeakyStamp.word).</strong> Validation was drawn again in \
      each epoch from slices that other epochs trained on (split.redraw_each_epoch): the networks know \
      the held-out fold. Every loss, skill and AUC on this page flatters them.</p>
      """
  }

  private var banner: HTML {
    let train = data.configuration.isSynthetic(.train)
    let test = data.configuration.isSynthetic(.test)
    guard train || test else { return "" }
    let what =
      train && test
      ? "The networks were trained, validated and applied on computer-made phantoms."
      : train
        ? "The networks were trained and validated on computer-made phantoms and applied to other slices."
        : "The test collection is made of computer-made phantoms."
    return """
      <p class="banner" role="note"><strong>Synthetic data.</strong> \(what) No number on this page \
      says how they do on patients.</p>
      """
  }
}
