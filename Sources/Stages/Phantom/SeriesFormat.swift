import Randomness

/// How a series stores its Hounsfield units; RSNA 2019 has all of these.
struct SeriesFormat: Hashable, Sendable {
  enum Storage: Sendable {
    /// 16 bits signed, -2000 outside the scan circle.
    case signedPadded
    /// 16 bits signed, air outside the scan circle.
    case signed
    /// 12 bits unsigned.
    case unsigned
    /// 12 bits unsigned that should have been signed: negative values wrapped around.
    case wrapped
  }

  var storage: Storage
  /// Window center and width as two equal values with leading zeros.
  var hasDoubleWindow = false
  var isImplicit = false
  var windowCenter = "36"
  var windowWidth = "80"

  var bitsStored: Int { storage == .signed || storage == .signedPadded ? 16 : 12 }
  var pixelRepresentation: Int { bitsStored == 16 ? 1 : 0 }
  /// The Hounsfield unit of stored value 0, except in wrapped series.
  private static let lowest: Int32 = -1024
  /// (0028,1052); the wrapped series claim 0, which is how they are told apart.
  var rescaleIntercept: Int { storage == .wrapped ? 0 : Int(Self.lowest) }

  /// The stored cell of a Hounsfield value inside the scan circle.
  @inline(__always)
  func cell(_ hounsfield: Int32) -> UInt16 {
    switch storage {
    case .signed, .signedPadded:
      return UInt16(truncatingIfNeeded: min(max(hounsfield, Self.lowest), 8191) &- Self.lowest)
    case .unsigned:
      return UInt16(truncatingIfNeeded: min(max(hounsfield, Self.lowest), 3071) &- Self.lowest)
    case .wrapped:
      // The inverse of the repair: x += 1000; x -= 4096 where x >= 4096; intercept -1000.
      let level = min(max(hounsfield, -1000), 3095)
      return UInt16(truncatingIfNeeded: (level &+ 4096) & 4095)
    }
  }

  /// The stored cell outside the scan circle.
  var padding: UInt16 {
    switch storage {
    case .signedPadded: UInt16(bitPattern: -2000)
    case .signed, .unsigned: 0
    case .wrapped: cell(-1000)
    }
  }
}
