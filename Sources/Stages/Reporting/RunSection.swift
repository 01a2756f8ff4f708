import Diagnostics
import PipelineContract

/// What ran: every instance with its time, rate and parameters.
struct RunSection {
  let data: ReportData

  var html: HTML {
    let seconds = data.runs.compactMap(\.record?.seconds).reduce(0, +)
    return """
      <section>
      <h2>What ran</h2>
      <div class="scroll"><table class="numbers"><thead><tr><th>instance</th><th>started (UTC)</th>\
      <th>time</th><th>items</th><th>items/s</th><th>peak memory</th><th>size</th></tr></thead>
      <tbody>\(data.runs.map { row($0) })</tbody></table></div>
      <p class="muted">\(Quantity.spokenDuration(seconds)) of work in all\(host).</p>
      <h3>Parameters</h3>
      \(data.runs.map { parameters($0) })
      </section>
      """
  }

  private func row(_ run: ReportData.Run) -> HTML {
    guard let record = run.record else {
      return """
        <tr><th scope="row">\(run.instance.description)</th>\
        <td colspan="6" class="text muted">no record of the run</td></tr>
        """
    }
    return """
      <tr><th scope="row">\(run.instance.description)</th><td>\(record.startedAt)</td>\
      <td>\(Quantity.spokenDuration(record.seconds))</td>\
      <td>\(Quantity.grouped(record.items)) \(record.unit)</td>\
      <td>\(Quantity.fixed(record.itemsPerSecond, 1))</td>\
      <td>\(Quantity.binarySize(record.peakRSSBytes))</td><td>\(Quantity.binarySize(record.bytes))</td></tr>
      """
  }

  private var host: String {
    let record = data.runs.compactMap(\.record).last
    guard let record else { return "" }
    let versions = record.versions.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return ", on \(record.host.processors) processors with"
      + " \(Quantity.binarySize(record.host.memoryBytes)) (\(record.host.system)"
      + (versions.isEmpty ? ")" : "; \(versions))")
  }

  private func parameters(_ run: ReportData.Run) -> HTML {
    guard let parameters = run.parameters else {
      return "<p class=\"muted\">\(run.instance.description): no readable manifest</p>"
    }
    guard !parameters.isEmpty else {
      return "<p class=\"muted\">\(run.instance.description): no parameters</p>"
    }
    let rows = parameters.sorted { $0.key < $1.key }.map { key, value -> HTML in
      "<tr><th scope=\"row\"><code>\(key)</code></th><td><code>\(value.description)</code></td></tr>"
    }
    return """
      <details><summary>\(run.instance.description)</summary>
      <table class="narrow keyed"><tbody>\(rows)</tbody></table></details>
      """
  }
}
