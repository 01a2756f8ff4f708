/// The refusal of one file: which rule it breaks, in which attribute, and whose slice it is.
public struct DICOMError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The rule; its raw value is what users and `quirks.csv` see.
  public let code: Code
  /// One sentence, without its full stop, that names the attribute with its tag, and the rule.
  public let message: String
  /// The identifiers that were read before the refusal, so that no slice ever loses its ID.
  public internal(set) var identifiers = DICOMIdentifiers()

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ code: Code, _ attribute: DICOMAttribute, _ message: String) {
    self.init(code, "\(attribute.tag): \(message)")
  }

  public var description: String { "\(message) (\(code.rawValue))" }

  /// Every rule for which a file is refused; `docs/dicom.md` explains each.
  public enum Code: String, Sendable, CaseIterable {
    // The file.
    case fileTooLarge = "file-too-large"
    case notDICOM = "not-dicom"
    /// Not the file's fault: the system has no memory left to decode it with.
    case memoryRefused = "memory-refused"
    // Structure.
    case truncated = "truncated"
    case valuePastEnd = "value-past-end"
    case undefinedLength = "undefined-length"
    case unknownVR = "vr-unknown"
    case unexpectedVR = "vr-unexpected"
    case sequenceMalformed = "sequence-malformed"
    case nestingTooDeep = "nesting-too-deep"
    case duplicateAttribute = "duplicate-attribute"
    case attributeAfterPixelData = "attribute-after-pixel-data"
    // Transfer syntax.
    case transferSyntaxUnsupported = "transfer-syntax-unsupported"
    case transferSyntaxUnknown = "transfer-syntax-unknown"
    case transferSyntaxMismatch = "transfer-syntax-mismatch"
    case deflateMalformed = "deflate-malformed"
    case deflateTooLarge = "deflate-too-large"
    // Values.
    case attributeMissing = "attribute-missing"
    case attributeTooLong = "attribute-too-long"
    case valueMalformed = "value-malformed"
    case valueOutOfRange = "value-out-of-range"
    // What the pixels mean.
    case colour = "colour-unsupported"
    case paletteColour = "palette-unsupported"
    case modalityLUT = "modality-lut-unsupported"
    case functionalGroupRescale = "functional-group-rescale-unsupported"
    case rescaleMissing = "rescale-missing"
    case rescaleInvalid = "rescale-invalid"
    case imageTooLarge = "image-too-large"
    // Pixel Data.
    case pixelDataMissing = "pixel-data-missing"
    case pixelDataShort = "pixel-data-short"
    case pixelDataEncapsulation = "pixel-data-encapsulation"
    case fragmentMalformed = "fragment-malformed"
    case offsetTableInvalid = "offset-table-invalid"
    case rleMalformed = "rle-malformed"
    case jpegMalformed = "jpeg-malformed"
    case jpegMismatch = "jpeg-header-mismatch"
    case jpegUnsupported = "jpeg-process-unsupported"
  }
}

/// What a header says about whose slice it is, as far as it could be read.
public struct DICOMIdentifiers: Sendable, Equatable {
  /// (0008,0018), taken as it is: RSNA's `ID_0000f1657` is not a valid UID.
  public var sopInstanceUID: String?
  /// (0010,0020).
  public var patientID: String?
  /// (0020,000D).
  public var studyInstanceUID: String?
  /// (0020,000E).
  public var seriesInstanceUID: String?

  public init(
    sopInstanceUID: String? = nil, patientID: String? = nil, studyInstanceUID: String? = nil,
    seriesInstanceUID: String? = nil
  ) {
    self.sopInstanceUID = sopInstanceUID
    self.patientID = patientID
    self.studyInstanceUID = studyInstanceUID
    self.seriesInstanceUID = seriesInstanceUID
  }
}
