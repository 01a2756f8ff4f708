import DICOM
import Diagnostics
import Foundation
import SliceShards

/// What the headers of a collection say, read before any pixel is.
struct CollectionScan: Sendable {
  /// A file that is to be converted.
  struct Slice: Sendable, Equatable {
    /// Relative to the collection's folder.
    let file: String
    let id: String
    let study: String
    let series: String
    let position: Double
  }

  /// Every eligible file, each ID once, in the order of the files.
  private(set) var slices: [Slice]
  /// The files that were left out.
  let excluded: [QuirkRow]
  let profile: ConversionProfile

  /// Reads all headers, in parallel.
  ///
  /// - Throws: `IchorError(.badData)` for two files with one ID and different content.
  init(_ root: URL, _ context: JobContext) throws {
    let files = try CollectionFolder.files(in: root, checkpoint: context.cancellation.checkpoint)
    var slices: [Slice] = []
    var excluded: [QuirkRow] = []
    slices.reserveCapacity(files.count)
    let clocks = (0..<context.threads).map { _ in Clock() }
    // Slices share the text of their series' identifiers: most of what would be kept is the same.
    var texts = Set<String>()
    func shared(_ text: String) -> String { texts.insert(text).memberAfterInsert }
    try OrderedWork.run(
      count: files.count, workers: clocks,
      work: { clock, index in
        try context.cancellation.checkpoint()
        return clock.profile.measure(.scan) { Self.read(files[index], in: root) }
      },
      take: { index, result in
        switch result {
        case .success(let slice):
          slices.append(
            Slice(
              file: slice.file, id: slice.id, study: shared(slice.study),
              series: shared(slice.series), position: slice.position))
        case .failure(let refusal): excluded.append(refusal.row)
        }
        context.progress.report(
          completed: index + 1, total: files.count, unit: "headers", detail: "")
      })
    let repeated = try Self.repeated(slices, in: root)
    self.slices = repeated.isEmpty ? slices : slices.filter { repeated[$0.file] == nil }
    self.excluded = excluded + repeated.values
    self.profile = clocks.reduce(into: ConversionProfile()) { $0.add($1.profile) }
  }

  /// Gives the slices away, to be freed as soon as they are not needed.
  mutating func takeSlices() -> [Slice] {
    defer { slices = [] }
    return slices
  }

  /// What one thread spent.
  private final class Clock {
    var profile = ConversionProfile()
  }

  private struct Refusal: Error { let row: QuirkRow }

  private static func read(_ file: String, in root: URL) -> Result<Slice, Refusal> {
    let header: DICOMHeader
    do {
      header = try DICOMReader.readHeader(contentsOf: root.appendingPathComponent(file))
    } catch {
      return .failure(Refusal(row: QuirkRow(refusal: error, file: file)))
    }
    if let reason = CTEligibility.reasonAgainst(header) {
      return .failure(Refusal(row: QuirkRow(ineligible: reason, header: header, file: file)))
    }
    guard let identity = SliceIdentity(header) else {
      return .failure(
        Refusal(
          row: QuirkRow(
            file: file, id: "", code: .identifierUnusable,
            detail: "(0008,0018) SOP Instance UID is absent or can't name a file",
            action: .excluded)))
    }
    return .success(
      Slice(
        file: file, id: identity.id, study: identity.study, series: identity.series,
        position: identity.position))
  }

  /// The files to leave out because an earlier one has the same ID and bytes.
  private static func repeated(_ slices: [Slice], in root: URL) throws -> [String: QuirkRow] {
    let order = slices.indices.sorted { (slices[$0].id, $0) < (slices[$1].id, $1) }
    var repeated: [String: QuirkRow] = [:]
    var kept = 0
    for next in order.indices.dropFirst() {
      let (first, other) = (slices[order[kept]], slices[order[next]])
      guard first.id == other.id else {
        kept = next
        continue
      }
      guard try SourceFile.areEqual(first.file, other.file, in: root) else {
        throw IchorError(
          .badData, code: "duplicate-id-conflict",
          "\(first.file) and \(other.file) have the same ID \(first.id) and different content",
          remedy: "Remove the file that is wrong, or give one another SOP Instance UID.",
          at: root.path)
      }
      repeated[other.file] = QuirkRow(
        file: other.file, id: other.id, code: .duplicateInstance,
        detail: "same bytes as \(first.file)", action: .excluded)
    }
    return repeated
  }
}
