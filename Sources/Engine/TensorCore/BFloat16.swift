/// Conversions between float32 and bfloat16, the upper half of a float32, held as `UInt16`.
///
/// Rounding is to nearest, ties to even, as in the `VCVTNEPS2BF16` instruction; but subnormals are
/// kept and a NaN stays a (quiet) NaN of the same sign.
public enum BFloat16 {
  /// The bits of the bfloat16 nearest to `value`.
  @inlinable
  public static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    // Rounding could carry a NaN's mantissa into infinity or zero, so it is truncated and quieted.
    if bits & 0x7fff_ffff > 0x7f80_0000 { return UInt16(truncatingIfNeeded: bits >> 16) | 0x0040 }
    let tieToEven = (bits >> 16) & 1
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ tieToEven) >> 16)
  }

  /// The float32 of equal value.
  @inlinable
  public static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// Rounds every value of `source` into `destination`.
  /// - Precondition: `destination` has at least as many elements.
  @inlinable
  public static func narrow(
    _ source: UnsafeBufferPointer<Float>, into destination: UnsafeMutableBufferPointer<UInt16>
  ) {
    precondition(destination.count >= source.count, "bfloat16 destination is too short")
    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
    for index in 0..<source.count { to[index] = bits(from[index]) }
  }

  /// Widens every element of `source` into `destination`; exact.
  /// - Precondition: `destination` has at least as many elements.
  @inlinable
  public static func widen(
    _ source: UnsafeBufferPointer<UInt16>, into destination: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(destination.count >= source.count, "float32 destination is too short")
    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
    for index in 0..<source.count { to[index] = float(from[index]) }
  }
}
