import DICOM
import Diagnostics
import Foundation
import PipelineContract
import SliceShards

/// What the headers of a collection say, read before any pixel is.
struct CollectionScan: Sendable {
  /// Every eligible file, in the order of the files.
  private(set) var slices: ScannedSlices
  /// Slices that repeat an earlier one.
  private(set) var repeated: Set<Int32>
  /// The files that were left out.
  let excluded: [QuirkRow]
  let profile: ConversionProfile

  /// Reads all headers, in parallel.
  ///
  /// - Throws: `IchorError(.badData)` for two files with one ID and different content.
  init(_ root: URL, _ pseudonyms: Pseudonyms, _ context: JobContext) throws {
    let files = try CollectionFolder.files(
      in: root, pseudonyms, checkpoint: context.cancellation.checkpoint)
    var slices = ScannedSlices(of: files)
    var excluded: [QuirkRow] = []
    let clocks = (0..<context.threads).map { _ in Clock() }
    try OrderedWork.run(
      count: files.count, workers: clocks,
      work: { clock, index in
        try context.cancellation.checkpoint()
        return clock.profile.measure(.scan) { Self.read(files[index], in: root, pseudonyms) }
      },
      take: { index, result in
        switch result {
        case .success(let identity): slices.append(file: index, identity)
        case .failure(let refusal): excluded.append(refusal.row)
        }
        context.progress.report(
          completed: index + 1, total: files.count, unit: "headers", detail: "")
      })
    let (repeated, rows) = try Self.repeated(slices, in: root, pseudonyms)
    self.repeated = repeated
    self.slices = slices
    self.excluded = excluded + rows
    self.profile = clocks.reduce(into: ConversionProfile()) { $0.add($1.profile) }
  }

  /// Slices that go into shards.
  var count: Int { slices.count - repeated.count }

  /// Deals the slices, which are given away: they take more memory than the plan.
  mutating func takePlan(shardSlices: Int) -> ShardPlan {
    defer { (slices, repeated) = (ScannedSlices(of: CollectionFiles(PackedStrings())), []) }
    return ShardPlan(slices, without: repeated, shardSlices: shardSlices)
  }

  /// What one thread spent.
  private final class Clock {
    var profile = ConversionProfile()
  }

  private struct Refusal: Error { let row: QuirkRow }

  private static func read(
    _ file: String, in root: URL, _ pseudonyms: Pseudonyms
  ) -> Result<SliceIdentity, Refusal> {
    let source = pseudonyms.name(of: file, .source)
    let header: DICOMHeader
    do {
      header = try DICOMReader.readHeader(contentsOf: root.appendingPathComponent(file))
    } catch {
      return .failure(Refusal(row: QuirkRow(refusal: error, file: source)))
    }
    if let reason = CTEligibility.reasonAgainst(header) {
      return .failure(Refusal(row: QuirkRow(ineligible: reason, header: header, file: source)))
    }
    guard let identity = SliceIdentity(header, pseudonyms) else {
      return .failure(
        Refusal(
          row: QuirkRow(
            file: source, id: "", code: .identifierUnusable,
            detail: "(0008,0018) SOP Instance UID is absent or can't name a file",
            action: .excluded)))
    }
    return .success(identity)
  }

  /// The slices to leave out because an earlier one has the same ID and bytes.
  private static func repeated(
    _ slices: ScannedSlices, in root: URL, _ pseudonyms: Pseudonyms
  ) throws -> (Set<Int32>, [QuirkRow]) {
    let order = slices.ids.sorted()
    var repeated: Set<Int32> = []
    var rows: [QuirkRow] = []
    var kept = 0
    for next in order.indices.dropFirst() {
      let (first, other) = (Int(order[kept]), Int(order[next]))
      guard slices.ids[first] == slices.ids[other] else {
        kept = next
        continue
      }
      let paths = (slices.path(first), slices.path(other))
      let names = (
        pseudonyms.name(of: paths.0, .source), pseudonyms.name(of: paths.1, .source)
      )
      guard try SourceFile.areEqual(paths.0, paths.1, in: root, pseudonyms) else {
        throw IchorError(
          .badData, code: "duplicate-id-conflict",
          "\(names.0) and \(names.1) have the same ID \(slices.ids[first]) and different content",
          remedy: "Remove the file that is wrong, or give one another SOP Instance UID.",
          at: root.path)
      }
      repeated.insert(order[next])
      rows.append(
        QuirkRow(
          file: names.1, id: slices.ids[other], code: .duplicateInstance,
          detail: "same bytes as \(names.0)", action: .excluded))
    }
    return (repeated, rows)
  }
}
