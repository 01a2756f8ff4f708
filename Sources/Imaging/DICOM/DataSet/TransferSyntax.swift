/// How the elements of a data set are written.
struct DataSetEncoding: Equatable {
  var implicitVR: Bool
  var bigEndian: Bool

  static let implicitLittleEndian = DataSetEncoding(implicitVR: true, bigEndian: false)
  static let explicitLittleEndian = DataSetEncoding(implicitVR: false, bigEndian: false)
  static let explicitBigEndian = DataSetEncoding(implicitVR: false, bigEndian: true)
}

/// How Pixel Data is coded.
enum PixelCoding: Equatable {
  case native
  case rleLossless
  case jpegLossless
  case jpegLS
  case jpeg2000
  /// Known, but not decoded here; with its name in the standard.
  case unsupported(String)
  /// In none of this reader's tables.
  case unknown
}

/// A transfer syntax: data set encoding, deflate, and pixel coding (PS3.5 annex A, PS3.6 table A-1).
struct TransferSyntax {
  let uid: String
  let encoding: DataSetEncoding
  let isDeflated: Bool
  let pixelCoding: PixelCoding
  /// Whether the syntax promises that coding loses nothing.
  let isLossless: Bool

  private init(
    _ uid: String, _ encoding: DataSetEncoding, deflated: Bool = false, _ coding: PixelCoding,
    lossless: Bool = true
  ) {
    self.uid = uid
    self.encoding = encoding
    self.isDeflated = deflated
    self.pixelCoding = coding
    self.isLossless = lossless
  }

  /// What a data set without a declared syntax is taken for: native, in the sniffed encoding.
  init(sniffed encoding: DataSetEncoding) {
    let uid =
      encoding.implicitVR
      ? "1.2.840.10008.1.2" : encoding.bigEndian ? "1.2.840.10008.1.2.2" : "1.2.840.10008.1.2.1"
    self.init(uid, encoding, .native)
  }

  /// Looks a UID up; one that is in no table is taken for explicit little endian, like all that
  /// the standard has added since 1996, so that the file's identifiers can be read.
  init(uid: String) {
    switch uid {
    case "1.2.840.10008.1.2": self.init(uid, .implicitLittleEndian, .native)
    case "1.2.840.10008.1.2.1": self.init(uid, .explicitLittleEndian, .native)
    case "1.2.840.10008.1.2.2": self.init(uid, .explicitBigEndian, .native)
    case "1.2.840.10008.1.2.1.99":
      self.init(uid, .explicitLittleEndian, deflated: true, .native)
    case "1.2.840.10008.1.2.5": self.init(uid, .explicitLittleEndian, .rleLossless)
    case "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70":
      self.init(uid, .explicitLittleEndian, .jpegLossless)
    case "1.2.840.10008.1.2.4.80": self.init(uid, .explicitLittleEndian, .jpegLS)
    case "1.2.840.10008.1.2.4.81":
      self.init(uid, .explicitLittleEndian, .jpegLS, lossless: false)
    case "1.2.840.10008.1.2.4.90": self.init(uid, .explicitLittleEndian, .jpeg2000)
    case "1.2.840.10008.1.2.4.91":
      self.init(uid, .explicitLittleEndian, .jpeg2000, lossless: false)
    default:
      self.init(
        uid, .explicitLittleEndian, Self.undecoded[uid].map(PixelCoding.unsupported) ?? .unknown)
    }
  }

  private static let undecoded: [String: String] = [
    "1.2.840.10008.1.2.4.50": "JPEG Baseline",
    "1.2.840.10008.1.2.4.51": "JPEG Extended",
    "1.2.840.10008.1.2.4.92": "JPEG 2000 Part 2 Lossless",
    "1.2.840.10008.1.2.4.93": "JPEG 2000 Part 2",
    "1.2.840.10008.1.2.4.94": "JPIP Referenced",
    "1.2.840.10008.1.2.4.95": "JPIP Referenced Deflate",
    "1.2.840.10008.1.2.4.100": "MPEG2 Main Profile / Main Level",
    "1.2.840.10008.1.2.4.101": "MPEG2 Main Profile / High Level",
    "1.2.840.10008.1.2.4.102": "MPEG-4 AVC/H.264 High Profile",
    "1.2.840.10008.1.2.4.103": "MPEG-4 AVC/H.264 BD-compatible High Profile",
    "1.2.840.10008.1.2.4.107": "HEVC/H.265 Main Profile",
    "1.2.840.10008.1.2.4.108": "HEVC/H.265 Main 10 Profile",
    "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 Lossless",
    "1.2.840.10008.1.2.4.202": "High-Throughput JPEG 2000 RPCL Lossless",
    "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
  ]
}
