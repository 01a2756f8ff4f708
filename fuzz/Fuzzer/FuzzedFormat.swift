import Foundation

/// The formats that are fuzzed, by the names that `fuzz/run` takes.
enum FuzzedFormat: String, CaseIterable {
  case dicom
  case png
  case safetensors
  case csv
  case yaml

  /// Reads the bytes: they become something that agrees with itself, or an error with a message.
  ///
  /// The sanitizers stop what reads or writes outside; the checks stop what is read wrongly.
  func check(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .dicom: DICOMCheck.run(bytes)
    case .png: PNGCheck.run(bytes)
    case .safetensors: SafetensorsCheck.run(bytes)
    case .csv: CSVCheck.run(bytes)
    case .yaml: YAMLCheck.run(bytes)
    }
  }

  /// Small valid inputs to begin with.
  var seeds: [[UInt8]] {
    get throws {
      switch self {
      case .dicom: DICOMCheck.seeds
      case .png: PNGCheck.seeds
      case .safetensors: try SafetensorsCheck.seeds
      case .csv: CSVCheck.seeds
      case .yaml: try YAMLCheck.seeds
      }
    }
  }
}
