import Diagnostics

/// A named rule that mends stored values before they become HU.
///
/// The reader never mends anything by itself: a repair is a part of the recipe, and every file it
/// touches is listed.
public enum Repair: String, CaseIterable, Sendable {
  /// 12-bit unsigned files whose values below zero were wrapped around instead of being shifted.
  ///
  /// Known from RSNA 2019. Such a file has (0028,0101) Bits Stored 12, (0028,0103) Pixel
  /// Representation 0 and a (0028,1052) Rescale Intercept above -100, where others have about -1024.
  case wrapped12Bit = "wrapped-12-bit"

  /// Looks a repair up by the name that `convert.repairs` uses.
  ///
  /// - Throws: `IchorError(.configuration)` for an unknown one.
  public static func named(_ name: String) throws -> Repair {
    guard let repair = Repair(rawValue: name) else {
      throw IchorError(
        .configuration, code: "repair-unknown", "there is no repair \"\(name)\"",
        remedy: "Use one of \(allCases.map(\.rawValue).joined(separator: ", ")).",
        at: "convert.repairs")
    }
    return repair
  }

  /// Whether a file with this header is one that the rule is for.
  public func applies(bitsStored: Int, isSigned: Bool, intercept: Double) -> Bool {
    switch self {
    case .wrapped12Bit: bitsStored == 12 && !isSigned && intercept > -100
    }
  }

  /// Mends the stored values in place and returns the rescale intercept that now holds.
  ///
  /// `wrapped-12-bit`: 1000 is added modulo 4096, and the intercept becomes -1000.
  public func apply(to stored: UnsafeMutableBufferPointer<Int32>) -> Double { mend(stored) }

  /// The same for stored values of 16 bits.
  public func apply(to stored: UnsafeMutableBufferPointer<Int16>) -> Double { mend(stored) }

  @inline(__always)
  private func mend<Stored: FixedWidthInteger & SignedInteger>(
    _ stored: UnsafeMutableBufferPointer<Stored>
  ) -> Double {
    switch self {
    case .wrapped12Bit:
      for index in 0..<stored.count {
        let shifted = stored[index] &+ 1000
        stored[index] = shifted >= 4096 ? shifted &- 4096 : shifted
      }
      return -1000
    }
  }
}
