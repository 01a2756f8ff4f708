import ArtifactTables
import DICOM
import Diagnostics
import Foundation
import PipelineContract
import SliceShards

/// What the headers of a collection say, read before any pixels are.
struct CollectionScan {
  /// Every slice that goes into a shard, once.
  let slices: ScannedSlices
  /// How many files were left out.
  let excluded: Int
  let profile: ConversionProfile

  /// Reads all headers, in parallel.
  ///
  /// - Parameter quirks: gets a row for each file that is left out.
  /// - Throws: `IchorError`: `.badData` for two files with one ID and different content,
  ///   `.inputMissing` or `.inputOutput` where the system cannot read a file.
  init(of files: CollectionFiles, quirks: inout QuirkStore, _ context: JobContext) throws {
    let clocks = (0..<context.threads).map { _ in Clock() }
    let before = quirks.count
    var scanned = ScannedSlices()
    var repeated: [(first: Int, second: Int, id: String)] = []
    var pieces = (0..<files.count).makeIterator()
    try OrderedWork.run(
      workers: clocks, next: { pieces.next() },
      work: { clock, number in
        try context.cancellation.checkpoint()
        return try clock.profile.measure(.scan) { try Self.read(files[number], in: files) }
      },
      take: { number, result in
        switch result {
        case .success(let identity):
          if let first = scanned.append(identity, file: number) {
            repeated.append((first, number, identity.id))
          }
        case .failure(let refusal): quirks.append(refusal.row)
        }
        context.progress.report(
          completed: number + 1, total: files.count, unit: "headers", detail: "")
      })
    var conflicts: [Conflict] = []
    for (first, second, id) in repeated.sorted(by: { ($0.id, $0.second) < ($1.id, $1.second) }) {
      try context.cancellation.checkpoint()
      if let row = try Self.duplicate(files[second], of: files[first], id: id, in: files) {
        quirks.append(row)
      } else {
        conflicts.append(Conflict(first: files[first].source, second: files[second].source, id: id))
      }
    }
    try Self.requireNone(conflicts, in: files)
    slices = scanned
    excluded = quirks.count - before
    profile = clocks.reduce(into: ConversionProfile()) { $0.add($1.profile) }
  }

  /// The time that one thread spent.
  private final class Clock {
    var profile = ConversionProfile()
  }

  private struct Refusal: Error { let row: QuirkRow }

  /// What the file says is its own; that it could not be read is not.
  private static func read(
    _ file: CollectionFile, in files: CollectionFiles
  ) throws -> Result<SliceIdentity, Refusal> {
    let header: DICOMHeader
    do {
      header = try DICOMReader.readHeader(contentsOf: files.root.appendingPathComponent(file.path))
    } catch let refusal as DICOMError where refusal.code != .memoryRefused {
      return .failure(Refusal(row: QuirkRow(refusal: refusal, file: file.source)))
    } catch {
      throw IchorError(source: files.pseudonyms.location(of: file.path, in: files.root), error)
    }
    if let reason = CTEligibility.reasonAgainst(header) {
      return .failure(
        Refusal(row: QuirkRow(ineligible: reason, header: header, file: file.source)))
    }
    guard let identity = SliceIdentity(header, files.pseudonyms) else {
      return .failure(
        Refusal(
          row: QuirkRow(
            file: file.source, id: "", code: .identifierUnusable,
            detail: "(0008,0018) SOP Instance UID is absent or can't name a file",
            action: .excluded)))
    }
    return .success(identity)
  }

  /// Two files with one ID and different content.
  private struct Conflict {
    let first: String
    let second: String
    let id: String

    var words: String {
      "\(first) and \(second) have the same ID \(id) and different content"
    }
  }

  /// How many of the conflicts an error lists.
  private static let listed = 20

  private static func requireNone(_ conflicts: [Conflict], in files: CollectionFiles) throws {
    guard let one = conflicts.first else { return }
    let lines = conflicts.prefix(listed).map { " \($0.words)" }
    let more = conflicts.count - lines.count
    throw IchorError(
      .badData, code: "duplicate-id-conflict",
      conflicts.count == 1
        ? one.words
        : "\(conflicts.count) files have the ID of another and different content:"
          + lines.joined(separator: ";") + (more > 0 ? "; and \(more) more" : ""),
      remedy: "Remove the files that are wrong, or give them another SOP Instance UID.",
      at: files.root.path)
  }

  /// The row of a file with the ID and the bytes of an earlier one; `nil` where the bytes differ.
  private static func duplicate(
    _ second: CollectionFile, of first: CollectionFile, id: String, in files: CollectionFiles
  ) throws -> QuirkRow? {
    guard
      try SourceFile.areEqual(first.path, second.path, in: files.root, files.pseudonyms)
    else { return nil }
    return QuirkRow(
      file: second.source, id: id, code: .duplicateInstance,
      detail: "same bytes as \(first.source)", action: .excluded)
  }
}
