import Diagnostics
import Foundation
import PipelineContract

/// One patient's series, ready to be written slice by slice.
struct PhantomSeries: Sendable {
  let entry: PatientRoster.Entry
  let patient: Patient
  let identifiers: PseudonymousIdentifiers
  let resolution: PhantomResolution
  let folder: URL

  init(
    entry: PatientRoster.Entry, seed: UInt64, identifiers: PseudonymousIdentifiers,
    resolution: PhantomResolution, folder: URL
  ) {
    self.entry = entry
    self.identifiers = identifiers
    self.resolution = resolution
    self.folder = folder
    patient = Patient(
      seed: seed, number: entry.number, kinds: entry.kinds, resolution: resolution)
  }

  /// Index of the slice whose file is cut short, `nil` in most series.
  var shortSlice: Int? { entry.hasShortFile ? patient.geometry.slices / 2 : nil }

  /// Renders one slice and writes its file.
  func write(slice index: Int, with renderer: SliceRenderer) throws -> LabelledSlice {
    let rendered = renderer.render(patient, slice: index)
    let header = header(ofSlice: index)
    var pixels = cells(of: rendered)
    if index == shortSlice {
      // As in RSNA's ID_6431af929: 153,710 of 524,288 bytes are there, and declared.
      pixels.removeLast(pixels.count - pixels.count * 153_710 / 524_288 / 2 * 2)
    }
    let file = folder.appendingPathComponent(header.slice + ArtifactLayout.Phantom.sliceSuffix)
    try Self.write(DICOMEncoding.file(header, pixels: pixels), to: file)
    return LabelledSlice(id: header.slice, kinds: rendered.kinds)
  }

  func header(ofSlice index: Int) -> DICOMEncoding.Header {
    DICOMEncoding.Header(
      slice: identifiers.slice(patient: entry.number, index: index),
      patient: identifiers.patient(entry.number), study: identifiers.study(entry.number),
      series: identifiers.series(entry.number),
      position: patient.geometry.position(ofSlice: index),
      columnDirection: patient.geometry.columnDirection,
      pixelSpacing: patient.geometry.pixelSpacing, matrix: resolution.matrix, format: entry.format)
  }

  /// The stored bytes of a slice: rounded Hounsfield units, padding outside the scan circle.
  func cells(of slice: RenderedSlice) -> [UInt8] {
    let (matrix, format) = (slice.matrix, entry.format)
    let padding = format.padding
    let center = Float(matrix - 1) / 2
    let limit = Float(matrix) * Float(matrix) / 4
    return [UInt8](unsafeUninitializedCapacity: matrix * matrix * 2) { bytes, count in
      slice.hounsfield.withUnsafeBufferPointer { hounsfield in
        for y in 0..<matrix {
          let dy = (Float(y) - center) * (Float(y) - center)
          for x in 0..<matrix {
            let dx = Float(x) - center
            let at = y * matrix + x
            // Between -1024 and 8191, so the conversion can't trap.
            let level = smaller(larger(hounsfield[at], -1024), 8191)
            let rounded = Int32(level + 8192.5) - 8192
            let cell = dx * dx + dy > limit ? padding : format.cell(rounded)
            bytes[2 * at] = UInt8(truncatingIfNeeded: cell)
            bytes[2 * at + 1] = UInt8(truncatingIfNeeded: cell >> 8)
          }
        }
      }
      count = matrix * matrix * 2
    }
  }

  static func write(_ data: Data, to file: URL) throws {
    do {
      try data.write(to: file)
    } catch {
      throw IchorError(
        IchorError.Kind(writing: error), code: "phantom-write",
        "The file \(file.path) can't be written",
        remedy: "Check the free space and the permissions of its folder.", at: file.path,
        cause: error)
    }
  }
}
