/// A counter-based random generator: every draw is a pure function of
/// (seed, purpose, epoch, step, sample, index of the draw), so the order of threads does not matter
/// and a resumed run continues bit for bit.
///
/// Philox4x32-10 of Salmon, Moraes, Dror, Shaw: “Parallel random numbers: as easy as 1, 2, 3”
/// (SC 2011). The counter's four words are (draw block, sample, step, epoch); the key is the seed
/// mixed with the purpose's name.
package struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var block = SIMD4<UInt32>()
  private var used = 4
  private var spareNormal: Double?

  /// - Parameters:
  ///   - purpose: what the draws decide, such as `augment.flip`; two purposes never share draws.
  ///   - epoch, step, sample: coordinates of the decision; only their low 32 bits count.
  package init(
    seed: UInt64, purpose: String, epoch: Int = 0, step: Int = 0, sample: Int = 0
  ) {
    // The finaliser of SplitMix64.
    var mixed = seed &+ FNV1a.hash(purpose)
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    mixed ^= mixed >> 31
    key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    counter = SIMD4(
      0, UInt32(truncatingIfNeeded: sample), UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: epoch))
  }

  /// Ten rounds of Philox over one counter block.
  static func philox(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var word = counter
    var key = key
    for _ in 0..<10 {
      let first = UInt64(word.x) &* 0xD251_1F53
      let second = UInt64(word.z) &* 0xCD9E_8D57
      word = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ word.y ^ key.x,
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ word.w ^ key.y,
        UInt32(truncatingIfNeeded: first))
      key.x &+= 0x9E37_79B9
      key.y &+= 0xBB67_AE85
    }
    return word
  }

  /// The next 32 random bits.
  package mutating func next32() -> UInt32 {
    if used == 4 {
      block = Self.philox(counter, key: key)
      counter.x &+= 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  package mutating func next() -> UInt64 {
    let low = UInt64(next32())
    return low | UInt64(next32()) << 32
  }

  /// Uniform in [0, 1), 53 bits.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in [range.lowerBound, range.upperBound).
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// Standard normal, by the method of Box and Muller.
  package mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let radius = (-2 * (1 - uniform()).logarithm).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * angle.sine
    return radius * angle.cosine
  }
}
