import ArtifactTables
import Diagnostics
import Foundation
import PNG
import PipelineContract
import SliceShards
import Vocabulary

/// A row of slices under one title.
struct Shelf {
  let title: String
  let ids: [String]
  let converted: ReportData.Converted
  let table: PredictionTable
  /// Six labels by ID; empty where they are not known.
  let truth: [String: [UInt8]]

  init(
    title: String, ids: some Sequence<String>, converted: ReportData.Converted,
    table: PredictionTable, truth: [String: [UInt8]]
  ) {
    self.title = title
    self.ids = Array(ids)
    self.converted = converted
    self.table = table
    self.truth = truth
  }

  /// - Parameters:
  ///   - before: called before each picture is read; may throw to stop.
  ///   - missing: called with the ID of each slice that has no picture.
  /// - Throws: `IchorError` that names the slice and its shard, where a picture is damaged or can't be
  ///   read; what `before` throws.
  func html(before: () throws -> Void, missing: (String) -> Void) throws -> HTML {
    if ids.isEmpty { return "<h3>\(title)</h3><p class=\"muted\">There is no such slice.</p>" }
    let wanted = Set(ids)
    let rows = Dictionary(
      converted.slices.rows.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first })
    let reader = ShardReader(artifact: converted.artifact)
    let figures = try ids.map { id -> HTML in
      try before()
      let picture: HTML
      if let row = rows[id], let size {
        picture = """
          <img loading="lazy" width="\(size)" height="\(size)" alt="Slice \(id)" \
          src="\(SliceGallery.dataURI(Data(try shown(row, size: size, from: reader))))">
          """
      } else {
        picture = "<div class=\"nopicture\">no picture</div>"
        missing(id)
      }
      return """
        <figure class="slice">\(picture)
        <figcaption><b>\(Quantity.fixed(table[id]?.first, 4))</b> <code>\(id)</code>\(likeliest(id))\
        \(chips(id))</figcaption></figure>
        """
    }
    return """
      <h3>\(title)</h3>
      <div class="shelf">\(figures)</div>
      """
  }

  private func shown(_ row: SliceRow, size: Int, from reader: ShardReader) throws -> [UInt8] {
    let png = try reader.png(of: row, size: size, in: converted.slices.sizes)
    do {
      return try ShownPicture.png(png)
    } catch let error as PNGError {
      throw IchorError(
        .badData, code: error.rawValue,
        "The picture of slice \(row.id) is no PNG that can be shown",
        remedy: "Run “./ichor clean convert” and “./ichor run”.",
        at: reader.shard(row.shard, size: size))
    }
  }

  /// The size that is sharp enough and not much larger than it is shown.
  private var size: Int? {
    converted.slices.sizes.filter { $0 <= 256 }.max() ?? converted.slices.sizes.min()
  }

  /// The subtype with the highest probability.
  private func likeliest(_ id: String) -> HTML {
    let subtypes = Label.allCases.enumerated().dropFirst()
    guard let own = table[id],
      let best = subtypes.max(by: { own[$0.offset] < own[$1.offset] })
    else { return "" }
    return """
      <span class="muted">\(best.element.rawValue) \(Quantity.fixed(own[best.offset], 3))</span>
      """
  }

  private func chips(_ id: String) -> HTML {
    guard let labels = truth[id] else { return "" }
    let positive = Label.allCases.enumerated().dropFirst().filter { labels[$0.offset] != 0 }
    guard !positive.isEmpty else { return "<span class=\"chip clear\">no haemorrhage</span>" }
    return HTML(
      positive.map { label -> HTML in "<span class=\"chip blood\">\(label.element.rawValue)</span>"
      })
  }
}
