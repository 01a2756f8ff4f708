import ArtifactTables
import DICOM
import Diagnostics
import ExternalSorting
import Foundation
import PipelineContract

/// What the headers of a collection say, read before any pixel is.
struct CollectionScan {
  /// Every slice that goes into a shard once, as `ScannedSlice.record`.
  let slices: RecordSpool
  /// How many files were left out.
  let excluded: Int
  let profile: ConversionProfile

  /// Reads all headers, in parallel.
  ///
  /// - Parameters:
  ///   - quirks: gets a row for each file that is left out.
  ///   - scratch: where what doesn't fit into memory is put.
  /// - Throws: `IchorError(.badData)` for two files with one ID and different content.
  init(
    of files: FilesByPath, in root: URL, _ pseudonyms: Pseudonyms, quirks: SortedQuirks,
    scratch: ScratchFolder, _ context: JobContext
  ) throws {
    let scanned = ExternalSorter(in: scratch)
    let clocks = (0..<context.threads).map { _ in Clock() }
    let before = quirks.count
    try OrderedWork.run(
      workers: clocks, next: { try files.next { try $0.collectionFile() } },
      work: { clock, file in
        try context.cancellation.checkpoint()
        return clock.profile.measure(.scan) { Self.read(file, in: root, pseudonyms) }
      },
      take: { index, result in
        switch result {
        case .success(let record): try scanned.append(record)
        case .failure(let refusal): try quirks.append(refusal.row)
        }
        context.progress.report(
          completed: index + 1, total: files.count, unit: "headers", detail: "")
      })
    slices = RecordSpool(in: scratch)
    try Self.keepOnce(
      try scanned.sorted(), in: slices, root, pseudonyms, quirks, context.cancellation)
    excluded = quirks.count - before
    profile = clocks.reduce(into: ConversionProfile()) { $0.add($1.profile) }
  }

  /// What one thread spent.
  private final class Clock {
    var profile = ConversionProfile()
  }

  private struct Refusal: Error { let row: QuirkRow }

  private static func read(
    _ file: CollectionFile, in root: URL, _ pseudonyms: Pseudonyms
  ) -> Result<SortableRecord, Refusal> {
    let header: DICOMHeader
    do {
      header = try DICOMReader.readHeader(contentsOf: root.appendingPathComponent(file.path))
    } catch {
      return .failure(
        Refusal(row: QuirkRow(refusal: error, file: pseudonyms.name(of: file.path, .source))))
    }
    if let reason = CTEligibility.reasonAgainst(header) {
      let source = pseudonyms.name(of: file.path, .source)
      return .failure(Refusal(row: QuirkRow(ineligible: reason, header: header, file: source)))
    }
    guard let identity = SliceIdentity(header, pseudonyms) else {
      return .failure(
        Refusal(
          row: QuirkRow(
            file: pseudonyms.name(of: file.path, .source), id: "", code: .identifierUnusable,
            detail: "(0008,0018) SOP Instance UID is absent or can't name a file",
            action: .excluded)))
    }
    return .success(ScannedSlice.record(identity, file))
  }

  /// Leaves out slices that have ID and bytes of an earlier one.
  private static func keepOnce(
    _ sorted: SortedRecords, in kept: RecordSpool, _ root: URL, _ pseudonyms: Pseudonyms,
    _ quirks: SortedQuirks, _ cancellation: Cancellation
  ) throws {
    // The record kept last, which begins with its ID and the 0 that ends that.
    var last: [UInt8] = []
    while let record = try sorted.next() {
      var fields = RecordFields(record)
      let id = try fields.key()
      guard last.starts(with: id) else {
        try kept.append(record)
        last.removeAll(keepingCapacity: true)
        last.append(contentsOf: record)
        continue
      }
      try cancellation.checkpoint()
      let path = try fields.text()
      let (repeated, first) = try last.withUnsafeBytes {
        var fields = RecordFields($0)
        return (try fields.text(), try fields.text())
      }
      let names = (pseudonyms.name(of: first, .source), pseudonyms.name(of: path, .source))
      guard try SourceFile.areEqual(first, path, in: root, pseudonyms) else {
        throw IchorError(
          .badData, code: "duplicate-id-conflict",
          "\(names.0) and \(names.1) have the same ID \(repeated) and different content",
          remedy: "Remove the file that is wrong, or give one another SOP Instance UID.",
          at: root.path)
      }
      try quirks.append(
        QuirkRow(
          file: names.1, id: repeated, code: .duplicateInstance,
          detail: "same bytes as \(names.0)", action: .excluded))
    }
  }
}
