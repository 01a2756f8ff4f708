/// The attributes that this reader looks at: the allow-list.
///
/// Nothing else of a header is kept, so nothing else can reach an artifact, a log or an error.
public enum DICOMAttribute: UInt32, Sendable, CaseIterable {
  case imageType = 0x0008_0008
  case sopClassUID = 0x0008_0016
  case sopInstanceUID = 0x0008_0018
  case modality = 0x0008_0060
  case conversionType = 0x0008_0064
  case patientID = 0x0010_0020
  case studyInstanceUID = 0x0020_000D
  case seriesInstanceUID = 0x0020_000E
  case imagePositionPatient = 0x0020_0032
  case imageOrientationPatient = 0x0020_0037
  case samplesPerPixel = 0x0028_0002
  case photometricInterpretation = 0x0028_0004
  case numberOfFrames = 0x0028_0008
  case rows = 0x0028_0010
  case columns = 0x0028_0011
  case pixelSpacing = 0x0028_0030
  case bitsAllocated = 0x0028_0100
  case bitsStored = 0x0028_0101
  case highBit = 0x0028_0102
  case pixelRepresentation = 0x0028_0103
  case pixelPaddingValue = 0x0028_0120
  case windowCenter = 0x0028_1050
  case windowWidth = 0x0028_1051
  case rescaleIntercept = 0x0028_1052
  case rescaleSlope = 0x0028_1053
  case lossyImageCompression = 0x0028_2110
  case modalityLUTSequence = 0x0028_3000
  case pixelData = 0x7FE0_0010

  public var tag: DICOMTag { DICOMTag(code: rawValue) }

  /// The name of the attribute in PS3.6.
  public var name: String {
    switch self {
    case .imageType: "Image Type"
    case .sopClassUID: "SOP Class UID"
    case .sopInstanceUID: "SOP Instance UID"
    case .modality: "Modality"
    case .conversionType: "Conversion Type"
    case .patientID: "Patient ID"
    case .studyInstanceUID: "Study Instance UID"
    case .seriesInstanceUID: "Series Instance UID"
    case .imagePositionPatient: "Image Position (Patient)"
    case .imageOrientationPatient: "Image Orientation (Patient)"
    case .samplesPerPixel: "Samples per Pixel"
    case .photometricInterpretation: "Photometric Interpretation"
    case .numberOfFrames: "Number of Frames"
    case .rows: "Rows"
    case .columns: "Columns"
    case .pixelSpacing: "Pixel Spacing"
    case .bitsAllocated: "Bits Allocated"
    case .bitsStored: "Bits Stored"
    case .highBit: "High Bit"
    case .pixelRepresentation: "Pixel Representation"
    case .pixelPaddingValue: "Pixel Padding Value"
    case .windowCenter: "Window Center"
    case .windowWidth: "Window Width"
    case .rescaleIntercept: "Rescale Intercept"
    case .rescaleSlope: "Rescale Slope"
    case .lossyImageCompression: "Lossy Image Compression"
    case .modalityLUTSequence: "Modality LUT Sequence"
    case .pixelData: "Pixel Data"
    }
  }
}
