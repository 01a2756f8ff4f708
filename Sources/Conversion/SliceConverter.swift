import CTImaging
import DICOM
import Diagnostics
import Foundation
import PNG
import SliceShards

/// Converts one file after the other: bytes to HU to windows to PNG. One a thread; keeps its buffers.
final class SliceConverter {
  /// What became of a file.
  enum Outcome {
    /// Row without shard and extents, a PNG for each size, and what was odd.
    case converted(SliceRow, pngs: [[UInt8]], quirks: [QuirkRow])
    case excluded(QuirkRow)
  }

  let root: URL
  private(set) var profile = ConversionProfile()

  private let repairs: [Repair]
  private var source = SourceFile()
  private var image = HounsfieldImage()
  private var mended: [Int32] = []
  private var raster: WindowedRaster
  private var encoder = PNGEncoder()

  init(root: URL, recipe: ConversionRecipe) {
    self.root = root
    repairs = recipe.repairs
    raster = WindowedRaster(windows: recipe.windows, sizes: recipe.sizes)
  }

  /// - Parameter file: relative to the collection's folder.
  /// - Throws: only what is not the file's own fault.
  func convert(_ file: String) throws -> Outcome {
    let path = root.appendingPathComponent(file).path
    if let reason = profile.measure(.read, { source.read(path) }) {
      return .excluded(
        QuirkRow(file: file, id: "", code: .unreadable, detail: reason, action: .excluded))
    }
    let decoded: DICOMImage
    do {
      decoded = try profile.measure(.decode) { try source.withBytes { try DICOMReader.read($0) } }
    } catch let error as DICOMError {
      return .excluded(QuirkRow(refusal: error, file: file))
    }
    // The scan has judged the header; a file that changed since is judged again.
    let header = decoded.header
    if let reason = CTEligibility.reasonAgainst(header) {
      return .excluded(QuirkRow(ineligible: reason, header: header, file: file))
    }
    guard let identity = SliceIdentity(header) else {
      throw IchorError(
        .inputOutput, code: "source-changed", "\(file) lost its ID since its header was read",
        remedy: "Let nothing write to the collection while it is converted.", at: path)
    }
    let sha256 = profile.measure(.hash) { source.sha256 }
    let applied = profile.measure(.rescale) { rescale(decoded) }
    profile.measure(.resample) { raster.render(image) }
    let pngs = try profile.measure(.deflate) { try encode() }
    let row = SliceRow(
      id: identity.id, shard: 0, extents: [], patient: identity.patient, study: identity.study,
      series: identity.series, position: identity.position, spacing: spacing(header),
      rows: header.rows, columns: header.columns, source: file, sha256: sha256,
      bits: "\(header.format.bitsStored)\(header.format.isSigned ? "s" : "u")",
      repairs: applied.map(\.rawValue))
    return .converted(
      row, pngs: pngs, quirks: quirks(of: decoded, identity, file: file, applied: applied))
  }

  /// Fills `image` and says which repairs were needed for it.
  private func rescale(_ decoded: DICOMImage) -> [Repair] {
    let header = decoded.header
    var intercept = header.rescale.intercept
    var applied: [Repair] = []
    for repair in repairs
    where repair.applies(
      bitsStored: header.format.bitsStored, isSigned: header.format.isSigned, intercept: intercept)
    {
      if applied.isEmpty { mended = decoded.raw }
      intercept = mended.withUnsafeMutableBufferPointer { repair.apply(to: $0) }
      applied.append(repair)
    }
    (applied.isEmpty ? decoded.raw : mended).withUnsafeBufferPointer { stored in
      image.rescale(
        stored, rows: header.rows, columns: header.columns, slope: header.rescale.slope,
        intercept: intercept)
    }
    return applied
  }

  private func encode() throws -> [[UInt8]] {
    try raster.sizes.map { size in
      let format = PNGFormat(
        width: size, height: size, pixel: raster.channels == 1 ? .grey8 : .rgb8)
      return try raster.withPixels(size: size) { pixels in
        try encoder.withPNG(of: pixels, format) { [UInt8]($0) }
      }
    }
  }

  private func spacing(_ header: DICOMHeader) -> SliceRow.Spacing? {
    guard let spacing = header.pixelSpacing, spacing.count == 2 else { return nil }
    return SliceRow.Spacing(row: spacing[0], column: spacing[1])
  }

  private func quirks(
    of decoded: DICOMImage, _ identity: SliceIdentity, file: String, applied: [Repair]
  ) -> [QuirkRow] {
    func row(_ code: QuirkCode, _ detail: String, _ action: QuirkRow.Action) -> QuirkRow {
      QuirkRow(file: file, id: identity.id, code: code, detail: detail, action: action)
    }
    var rows = identity.quirks.map { row($0.0, $0.1, .kept) }
    let header = decoded.header
    if header.rows != header.columns {
      rows.append(
        row(.notSquare, "\(header.rows) rows, \(header.columns) columns; padded with air", .kept))
    }
    for quirk in decoded.quirks {
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
