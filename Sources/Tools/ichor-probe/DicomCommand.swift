import ArgumentParser
import DICOM
import Diagnostics
import Foundation
import PipelineContract
import Probes

/// `ichor-probe dicom`: decodes one file and says what is in it.
struct DicomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dicom",
    abstract: "Decodes one DICOM file to Hounsfield units.",
    discussion: """
      Prints JSON: geometry, transfer syntax, bits, rescale, range and quirks, never a name.
      A file that cannot be trusted is refused with a code and exit status 65.

      Example: ichor-probe dicom slice.dcm --hu slice.f32
      """)

  @Argument(help: "The DICOM file.")
  var file: String

  @Option(help: "Writes Hounsfield units here: float32, little endian, row-major.")
  var hu: String?

  @Option(help: "Writes stored values here: int32, little endian, row-major.")
  var raw: String?

  @Flag(help: "Prints the JSON on one line.")
  var json = false

  @Flag(help: "Rescales as the header says even where the values are known to be wrapped.")
  var asStored = false

  func run() throws {
    do {
      let probe = try DICOMProbe(URL(fileURLWithPath: file), asStored: asStored)
      if let raw { try write(probe.storedValues, to: raw) }
      if let hu { try write(probe.hounsfieldUnits, to: hu) }
      try printJSON(probe.summary)
    } catch let refusal as DICOMProbe.Refusal {
      try printJSON(["error": refusal])
      throw ExitCode(refusal.status.rawValue)
    }
  }

  private func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw IchorError(writing: path, error)
    }
  }

  private func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !json { encoder.outputFormatting.insert(.prettyPrinted) }
    try StandardStream.output.write(
      String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }
}
