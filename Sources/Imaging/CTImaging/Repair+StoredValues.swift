import Vocabulary

extension Repair {
  /// Whether the rule is for files with this header.
  public func applies(bitsStored: Int, isSigned: Bool, intercept: Double) -> Bool {
    switch self {
    case .wrapped12Bit: bitsStored == 12 && !isSigned && intercept > -100
    }
  }

  /// Mends the stored values in place and returns the rescale intercept that now holds.
  ///
  /// `wrapped-12-bit`: 1000 is added modulo 4096, and the intercept becomes -1000.
  public func apply(to stored: UnsafeMutableBufferPointer<Int32>) -> Double { mend(stored) }

  /// The same for 16-bit stored values.
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
