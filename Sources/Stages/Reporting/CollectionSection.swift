import ArtifactTables
import Diagnostics
import Foundation
import PipelineContract
import SliceShards
import Vocabulary

/// How much data there is, what was odd about it and how it was split.
struct CollectionSection {
  let data: ReportData

  var html: HTML {
    """
    <section>
    <h2>Data</h2>
    <table class="numbers narrow"><thead><tr><th>collection</th><th>slices</th><th>patients</th>\
    <th>studies</th><th>series</th><th>files left out</th></tr></thead>
    <tbody>\(counts(data.train))\(counts(data.test))</tbody></table>
    \(folds)
    \(quirks)
    \(preview(data.train))
    \(preview(data.test))
    </section>
    """
  }

  private func counts(_ converted: ReportData.Converted) -> HTML {
    let rows = converted.slices.rows
    let excluded = Set(converted.quirks.filter { $0.action == .excluded }.map(\.file)).count
    return """
      <tr><th scope="row">\(converted.collection.rawValue)</th><td>\(Quantity.grouped(rows.count))</td>\
      <td>\(Quantity.grouped(Set(rows.map(\.patient)).count))</td>\
      <td>\(Quantity.grouped(Set(rows.map(\.study)).count))</td>\
      <td>\(Quantity.grouped(Set(rows.map(\.series)).count))</td>\
      <td>\(Quantity.grouped(excluded))</td></tr>
      """
  }

  private var folds: HTML {
    let summary = data.summary
    let rows = summary.folds.enumerated().map { number, counts in
      fold("\(number)", counts, note: number == summary.heldOutFold ? "held out" : nil)
    }
    let heads = Label.allCases.map { label -> HTML in "<th>\(label.rawValue)</th>" }
    return """
      <h3>Folds</h3>
      <div class="scroll"><table class="numbers"><thead><tr><th>fold</th><th>slices</th><th>patients</th>\
      \(heads)</tr></thead>
      <tbody>\(rows)\(fold("all", summary.total, note: nil))\(baseRates)</tbody></table></div>
      <p class="muted">Positive slices, in parentheses positive patients. Base rates are the shares of \
      positive slices in the training folds. Leakage gate: \(leakage). Label file: \
      \(Quantity.grouped(summary.labelFile.rows)) rows for \
      \(Quantity.grouped(summary.labelFile.images)) images, \
      \(Quantity.grouped(summary.labelFile.duplicateRows)) identical duplicate rows taken once, \
      \(Quantity.grouped(summary.labelFile.imagesWithoutSlice)) labelled images without a slice.</p>
      """
  }

  private func fold(_ name: String, _ counts: SplitSummary.Counts, note: String?) -> HTML {
    let cells = Label.allCases.map { label -> HTML in
      """
      <td>\(Quantity.grouped(counts.positiveSlices[label.rawValue] ?? 0)) \
      <span class="muted">(\(Quantity.grouped(counts.positivePatients[label.rawValue] ?? 0)))</span></td>
      """
    }
    let remark: HTML = note.map { "<span class=\"tag\">\($0)</span>" } ?? ""
    return """
      <tr\(name == "all" ? " class=\"total\"" as HTML : "")><th scope="row">\(name) \(remark)</th>\
      <td>\(Quantity.grouped(counts.slices))</td><td>\(Quantity.grouped(counts.patients))</td>\
      \(cells)</tr>
      """
  }

  private var baseRates: HTML {
    let cells = data.summary.baseRatesInOrder.map { rate -> HTML in
      "<td>\(Quantity.percent(rate, 2))</td>"
    }
    return "<tr><th scope=\"row\">base rate</th><td></td><td></td>\(cells)</tr>"
  }

  private var leakage: String {
    let report = data.leakage
    guard report.passed else { return "FAILED" }
    return "passed, \(Quantity.grouped(report.patient.distinct)) patients,"
      + " \(Quantity.grouped(report.study.distinct)) studies and"
      + " \(Quantity.grouped(report.pixels.distinct)) distinct pictures, none in two folds"
  }

  private var quirks: HTML {
    let all = [data.train, data.test].flatMap { converted in
      Dictionary(grouping: converted.quirks) { "\($0.code.rawValue)\u{0}\($0.action.rawValue)" }
        .sorted { $0.key < $1.key }
        .compactMap { _, rows -> HTML? in
          guard let first = rows.first else { return nil }
          return """
            <tr><th scope="row">\(first.code.rawValue)</th><td>\(converted.collection.rawValue)</td>\
            <td>\(first.action.rawValue)</td><td>\(Quantity.grouped(rows.count))</td>\
            <td class="text muted">\(first.file)</td></tr>
            """
        }
    }
    guard !all.isEmpty else {
      return "<h3>Quirks</h3><p class=\"muted\">Every file was taken as it is.</p>"
    }
    return """
      <h3>Quirks</h3>
      <div class="scroll"><table class="numbers narrow"><thead><tr><th>quirk</th><th>collection</th>\
      <th>what was done</th><th>files</th><th class="text">the first of them</th></tr></thead>
      <tbody>\(all)</tbody></table></div>
      """
  }

  private func preview(_ converted: ReportData.Converted) -> HTML {
    guard let png = converted.preview else {
      return "<p class=\"muted\">No readable contact sheet of \(converted.collection.rawValue)</p>"
    }
    return """
      <details\(converted.collection == .train ? " open" as HTML : "")><summary>Contact sheet of \(converted.collection.rawValue)</summary>
      <img class="sheet" alt="Contact sheet of \(converted.collection.rawValue)" \
      src="\(SliceGallery.dataURI(png))"></details>
      """
  }
}
