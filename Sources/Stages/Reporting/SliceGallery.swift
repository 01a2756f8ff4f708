import ArtifactTables
import Diagnostics
import Foundation
import Vocabulary

/// Slices as pictures: the likeliest, the unlikeliest and the most wrong ones by `any`.
struct SliceGallery {
  let html: HTML
  /// How many pictures the page holds.
  let count: Int
  /// Sentences about pictures that the page lacks.
  let omissions: [String]

  init(_ data: ReportData, context: JobContext) throws {
    let limit = data.configuration.report.slices
    var shelves: [Shelf] = []
    let test = Self.ranked(data.mergedTest)
    shelves.append(
      Shelf(
        title: "Test collection, highest probability of any haemorrhage", ids: test.prefix(limit),
        converted: data.test, table: data.mergedTest, truth: [:]))
    shelves.append(
      Shelf(
        title: "Test collection, lowest probability", ids: test.reversed().prefix(limit),
        converted: data.test, table: data.mergedTest, truth: [:]))

    let width = Label.allCases.count
    let truth = Dictionary(
      data.fold.ids.enumerated().map { row, id in
        (id, Array(data.fold.targets[(row * width)..<((row + 1) * width)]))
      }, uniquingKeysWith: { first, _ in first })
    let held = Self.ranked(data.mergedValidation)
    let missed = held.reversed().filter { truth[$0]?.first == 1 }
    let falseAlarms = held.filter { truth[$0]?.first == 0 }
    for (title, ids) in [
      ("Held-out fold, highest probability", held),
      ("Held-out fold, lowest probability", held.reversed()),
      ("Held-out fold, haemorrhages with the lowest probability", missed),
      ("Held-out fold, no haemorrhage and the highest probability", falseAlarms),
    ] {
      shelves.append(
        Shelf(
          title: title, ids: ids.prefix(limit), converted: data.train,
          table: data.mergedValidation, truth: truth))
    }

    let total = shelves.reduce(0) { $0 + $1.ids.count }
    var done = 0
    var figures: [HTML] = []
    var missing: [String] = []
    for shelf in shelves {
      figures.append(
        try shelf.html {
          try context.cancellation.checkpoint()
          done += 1
          context.progress.report(completed: done, total: total, unit: "pictures", detail: "")
        } missing: {
          missing.append($0)
        })
    }
    count = done - missing.count
    omissions = missing.map { "Slice \($0) is shown without its picture: no index lists it." }
    let window =
      switch data.configuration.convert.content {
      case .windows(let names): names.first?.rawValue ?? "first"
      case .hounsfieldUnits: ShownPicture.window.rawValue
      }
    html = """
      <section>
      <h2>Slices</h2>
      <p class="muted">Ranked by the merged probability of <em>any</em>. Shown is the \(window) window, \
      the first channel of what the networks see. Chips name the true labels.</p>
      \(figures)
      </section>
      """
  }

  /// IDs from the highest to the lowest probability of `any`; equal ones by ID.
  static func ranked(_ table: PredictionTable) -> [String] {
    let width = Label.allCases.count
    return table.ids.enumerated()
      .map { (id: $1, probability: table.probabilities[$0 * width]) }
      .sorted { ($1.probability, $0.id) < ($0.probability, $1.id) }
      .map(\.id)
  }

  static func dataURI(_ png: Data) -> String {
    "data:image/png;base64," + png.base64EncodedString()
  }

  /// Shows the first channel as grey, whatever windows the other two hold.
  static let filter: HTML = """
    <svg width="0" height="0" class="defs" aria-hidden="true"><filter id="first-channel" \
    color-interpolation-filters="sRGB"><feColorMatrix type="matrix" \
    values="1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 0 0 0 1 0"/></filter></svg>
    """
}
