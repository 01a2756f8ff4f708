import ArtifactTables
import CTImaging
import ContentHashing
import DICOM
import Diagnostics
import Foundation
import PNG
import PipelineContract
import SliceShards
import Vocabulary

/// Converts one file after another: bytes to HU to windows to PNG. One per thread; keeps its
/// buffers.
final class SliceConverter {
  /// What became of a file.
  enum Outcome {
    /// The row without shard and extents, a PNG for each size, and what was odd.
    case converted(SliceRow, pngs: [[UInt8]], quirks: [QuirkRow])
    case excluded(QuirkRow)
  }

  let root: URL
  private(set) var profile = ConversionProfile()

  /// The collection's remembered hashes, where they are kept.
  let memory: HashMemory?

  let pseudonyms: Pseudonyms
  private let repairs: [Repair]
  private var source = SourceFile()
  private var stored = StoredValues()
  private var image = HounsfieldImage()
  private var raster: WindowedRaster
  private var encoder = PNGEncoder()

  init(root: URL, recipe: ConversionRecipe, memory: HashMemory?, pseudonyms: Pseudonyms) {
    self.root = root
    self.pseudonyms = pseudonyms
    self.memory = memory
    repairs = recipe.repairs
    raster = recipe.raster
  }

  /// - Throws: only faults that are not in the file itself: `IchorError` where the system cannot
  ///   read it, or where it lost its ID.
  func convert(_ file: CollectionFile) throws -> Outcome {
    let name = file.source
    guard try profile.measure(.read, { try read(file) }) else {
      return .excluded(
        QuirkRow(
          file: name, id: "", code: .unreadable, detail: "larger than any slice", action: .excluded)
      )
    }
    let header: DICOMHeader
    let oddities: [DICOMQuirk]
    do {
      (header, oddities) = try profile.measure(.decode) {
        try source.withBytes { try DICOMReader.read($0, into: &stored) }
      }
    } catch let error as DICOMError where error.code != .memoryRefused {
      return .excluded(QuirkRow(refusal: error, file: name))
    } catch {
      throw IchorError(source: pseudonyms.location(of: file.path, in: root), error)
    }
    // The scan has judged the header; a file that changed since is judged again.
    if let reason = CTEligibility.reasonAgainst(header) {
      return .excluded(QuirkRow(ineligible: reason, header: header, file: name))
    }
    guard let identity = SliceIdentity(header, pseudonyms) else {
      throw IchorError(
        .inputOutput, code: "source-changed", "\(name) lost its ID since its header was read",
        remedy: "Let nothing write to the collection while it is converted.",
        at: pseudonyms.location(of: file.path, in: root))
    }
    let sha256 = try profile.measure(.hash) { try source.sha256(file, memory) }
    let (applied, rescale) = profile.measure(.repair) { mend(header) }
    profile.measure(.resample) { render(header, rescale) }
    let pngs = profile.measure(.deflate) { encode() }
    let row = SliceRow(
      id: identity.id, shard: 0, extents: [], patient: identity.patient, study: identity.study,
      series: identity.series, position: identity.position, spacing: spacing(header),
      rows: header.rows, columns: header.columns, source: name, sha256: sha256,
      bits: "\(header.format.bitsStored)\(header.format.isSigned ? "s" : "u")",
      repairs: applied.map(\.rawValue))
    return .converted(
      row, pngs: pngs, quirks: quirks(of: header, oddities, identity, file: name, applied: applied))
  }

  /// Fills `source`; `false` for a file that is too large for a slice.
  private func read(_ file: CollectionFile) throws -> Bool {
    do {
      return try source.read(root.appendingPathComponent(file.path).path)
    } catch {
      throw IchorError(source: pseudonyms.location(of: file.path, in: root), error)
    }
  }

  /// Applies the repairs that the slice needs; says which, and the rescale that now applies.
  private func mend(_ header: DICOMHeader) -> ([Repair], Rescale) {
    var rescale = header.rescale
    var applied: [Repair] = []
    for repair in repairs
    where repair.applies(
      bitsStored: header.format.bitsStored, isSigned: header.format.isSigned,
      intercept: rescale.intercept)
    {
      rescale = rescale.withIntercept(
        stored.isNarrow
          ? stored.narrow.withUnsafeMutableBufferPointer { repair.apply(to: $0) }
          : stored.wide.withUnsafeMutableBufferPointer { repair.apply(to: $0) })
      applied.append(repair)
    }
    return (applied, rescale)
  }

  /// Fills the raster, directly from stored values where they differ from HU by a whole number.
  private func render(_ header: DICOMHeader, _ rescale: Rescale) {
    let (rows, columns) = (header.rows, header.columns)
    if stored.isNarrow {
      stored.narrow.withUnsafeBufferPointer { values in
        if rescale.slope == 1, rows == columns,
          raster.render(stored: values, side: rows, intercept: rescale.intercept)
        {
          return
        }
        image.replace(rows: rows, columns: columns) { rescale.write(values, into: $0) }
        raster.render(image)
      }
    } else {
      stored.wide.withUnsafeBufferPointer { values in
        image.replace(rows: rows, columns: columns) { rescale.write(values, into: $0) }
      }
      raster.render(image)
    }
  }

  private func encode() -> [[UInt8]] {
    let pixel: PNGFormat.Pixel =
      raster.bytesPerSample == 2 ? .grey16 : raster.channels == 1 ? .grey8 : .rgb8
    return raster.sizes.map { size in
      raster.withPixels(size: size) { pixels in
        encoder.withPNG(of: pixels, PNGFormat(width: size, height: size, pixel: pixel)) {
          [UInt8]($0)
        }
      }
    }
  }

  private func spacing(_ header: DICOMHeader) -> SliceRow.Spacing? {
    guard let spacing = header.pixelSpacing, spacing.count == 2 else { return nil }
    return SliceRow.Spacing(row: spacing[0], column: spacing[1])
  }

  private func quirks(
    of header: DICOMHeader, _ oddities: [DICOMQuirk], _ identity: SliceIdentity, file: String,
    applied: [Repair]
  ) -> [QuirkRow] {
    func row(_ code: QuirkCode, _ detail: String, _ action: QuirkRow.Action) -> QuirkRow {
      QuirkRow(file: file, id: identity.id, code: code, detail: detail, action: action)
    }
    var rows = identity.quirks.map { row($0.0, $0.1, .kept) }
    if header.rows != header.columns {
      rows.append(
        row(.notSquare, "\(header.rows) rows, \(header.columns) columns; padded with air", .kept))
    }
    for quirk in oddities {
      switch quirk {
      case .wrappedTwelveBit:
        let isMended = applied.contains(.wrapped12Bit)
        let intercept = "(0028,1052) Rescale Intercept is \(header.rescale.intercept)"
        rows.append(row(.wrapped12Bit, intercept, isMended ? .repaired : .kept))
      default:
        rows.append(row(.encodingOdd, "\(quirk.rawValue): \(quirk.explanation)", .kept))
      }
    }
    return rows
  }
}
