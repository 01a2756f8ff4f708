import ArgumentParser
import DICOM
import Diagnostics
import Foundation
import PipelineContract

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
    let image = try decode()
    let hounsfield = image.hounsfield()
    if let raw { try write(image.raw.map(\.littleEndian), to: raw) }
    if let hu { try write(hounsfield.map(\.bitPattern.littleEndian), to: hu) }
    try printJSON(DicomSummary(image, hounsfield: hounsfield))
  }

  private func decode() throws -> DICOMImage {
    let image: DICOMImage
    do {
      image = try DICOMReader.read(contentsOf: URL(fileURLWithPath: file))
    } catch {
      let status: ExitStatus =
        switch error.code {
        case .fileMissing, .fileUnreadable: .inputMissing
        default: .badData
        }
      throw try refusal(error.code.rawValue, error.message, status)
    }
    guard asStored || !image.quirks.contains(.wrappedTwelveBit) else {
      let quirk = DICOMQuirk.wrappedTwelveBit
      let advice = " The repair is a rule of the recipe; --as-stored reads without it."
      throw try refusal(quirk.rawValue, quirk.explanation + advice, .badData)
    }
    return image
  }

  /// Prints the refusal and gives the exit code to throw.
  private func refusal(_ code: String, _ message: String, _ status: ExitStatus) throws -> ExitCode {
    try printJSON(["error": ["code": code, "message": message]])
    return ExitCode(status.rawValue)
  }

  private func write<Number: BitwiseCopyable>(_ numbers: [Number], to path: String) throws {
    do {
      try numbers.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
    } catch {
      throw IchorError(writing: path, error)
    }
  }

  private func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !json { encoder.outputFormatting.insert(.prettyPrinted) }
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
