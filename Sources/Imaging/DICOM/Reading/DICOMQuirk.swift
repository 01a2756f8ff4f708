/// What is odd about a file that is read nevertheless.
///
/// The raw value is what users and `quirks.csv` see.
public enum DICOMQuirk: String, Sendable, CaseIterable, Codable {
  case preambleMissing = "preamble-missing"
  case metaMissing = "meta-missing"
  case metaGroupLength = "meta-group-length"
  case transferSyntaxMissing = "transfer-syntax-missing"
  case transferSyntaxMismatch = "transfer-syntax-mismatch"
  case uidPadding = "uid-padding"
  case oddLength = "odd-length"
  case trailingBytes = "trailing-bytes"
  case identifierUnprintable = "identifier-unprintable"
  case numberOfFramesZero = "number-of-frames-zero"
  case rescaleAbsent = "rescale-absent"
  case windowInvalid = "window-invalid"
  case geometryInvalid = "geometry-invalid"
  case pixelDataVR = "pixel-data-vr"
  case pixelDataLong = "pixel-data-long"
  case offsetTableIgnored = "offset-table-ignored"
  case codestreamSign = "codestream-sign"
  case lossyCompression = "lossy-compression"
  case wrappedTwelveBit = "wrapped-12-bit"

  /// One sentence for people.
  public var explanation: String {
    switch self {
    case .preambleMissing: "The file does not begin with a preamble and DICM."
    case .metaMissing: "The file has no file meta information; its encoding was sniffed."
    case .metaGroupLength:
      "(0002,0000) File Meta Information Group Length is absent or wrong; the group ends by tag."
    case .transferSyntaxMissing:
      "(0002,0010) Transfer Syntax UID is absent; the encoding was sniffed."
    case .transferSyntaxMismatch:
      "(0002,0010) Transfer Syntax UID names an encoding that the data set does not have."
    case .uidPadding: "(0002,0010) Transfer Syntax UID is padded with a space, not with NUL."
    case .oddLength: "An element has an odd length."
    case .trailingBytes: "Bytes that are no data element follow (7FE0,0010) Pixel Data."
    case .identifierUnprintable:
      "An identifier held control characters or invalid UTF-8; they were replaced."
    case .numberOfFramesZero: "(0028,0008) Number of Frames is 0 or empty; taken as 1."
    case .rescaleAbsent:
      "(0028,1052) Rescale Intercept and (0028,1053) Rescale Slope are absent; values are as stored."
    case .windowInvalid:
      "(0028,1050) Window Center or (0028,1051) Window Width is unusable; it was ignored."
    case .geometryInvalid:
      "Image position, orientation or pixel spacing is unusable; it was ignored."
    case .pixelDataVR: "(7FE0,0010) Pixel Data has a VR that its bits do not allow."
    case .pixelDataLong: "(7FE0,0010) Pixel Data is longer than the image; the rest was ignored."
    case .offsetTableIgnored: "The Basic Offset Table does not match the fragments."
    case .codestreamSign:
      "The codestream contradicts the sign in (0028,0103) Pixel Representation, which is believed."
    case .lossyCompression:
      "The image was compressed with loss: (0028,2110) or the codestream says so."
    case .wrappedTwelveBit:
      "12 bits, unsigned, (0028,1052) Rescale Intercept above -100: values below 0 HU were wrapped."
    }
  }
}

/// Quirks in the order found, each once.
struct QuirkList {
  private(set) var quirks: [DICOMQuirk] = []

  mutating func add(_ quirk: DICOMQuirk) {
    if !quirks.contains(quirk) { quirks.append(quirk) }
  }
}
