import DICOM
import Diagnostics
import Foundation
import PipelineContract

/// One DICOM file, decoded.
package struct DICOMProbe {
  /// Why a file cannot be trusted.
  package struct Refusal: Error, Encodable, Sendable {
    package let code: String
    package let message: String
    package let status: ExitStatus

    private enum CodingKeys: String, CodingKey { case code, message }
  }

  private let image: DICOMImage
  private let hounsfield: [Float]

  /// - Parameter asStored: whether to rescale as the header says even where the values are known to
  ///   be wrapped.
  /// - Throws: `Refusal` where the file can't be read or trusted; its status tells which.
  package init(_ file: URL, asStored: Bool) throws(Refusal) {
    do {
      image = try DICOMReader.read(contentsOf: file)
    } catch let error as DICOMError {
      throw Refusal(
        code: error.code.rawValue, message: error.message,
        status: error.code == .memoryRefused ? .inputOutput : .badData)
    } catch {
      let failure = IchorError(reading: file.path, error)
      throw Refusal(
        code: failure.code, message: "\(failure.message): \(failure.cause ?? "")",
        status: ExitStatus(failure.kind))
    }
    guard asStored || !image.quirks.contains(.wrappedTwelveBit) else {
      let quirk = DICOMQuirk.wrappedTwelveBit
      throw Refusal(
        code: quirk.rawValue,
        message: quirk.explanation
          + " The repair is a rule of the recipe; --as-stored reads without it.",
        status: .badData)
    }
    hounsfield = image.hounsfield()
  }

  package var summary: DICOMSummary { DICOMSummary(image, hounsfield: hounsfield) }

  /// Stored values: int32, little endian, row-major.
  package var storedValues: Data { Self.bytes(of: image.raw.map(\.littleEndian)) }

  /// Hounsfield units: float32, little endian, row-major.
  package var hounsfieldUnits: Data { Self.bytes(of: hounsfield.map(\.bitPattern.littleEndian)) }

  private static func bytes(of numbers: [some BitwiseCopyable]) -> Data {
    numbers.withUnsafeBytes { Data($0) }
  }
}
