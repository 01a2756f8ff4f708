/// Numbers to test with: the same on every run, exact in bf16.
struct Values {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  private mutating func bits() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// One of the 1280 bf16 numbers of either sign from 1/16 up to 2.
  private mutating func number() -> Float {
    let draw = bits()
    let magnitude = UInt32(123 << 7) + UInt32(truncatingIfNeeded: (draw >> 1) % (5 * 128))
    return Float(bitPattern: (magnitude << 16) | UInt32(truncatingIfNeeded: draw & 1) << 31)
  }

  /// Numbers of which every run of `plane` is free of repetitions, so that a maximum has one place.
  ///
  /// - Parameter odd: the last bit of bf16. An odd and an even number never add up to zero, where
  ///   ReLU has no derivative.
  mutating func distinct(_ count: Int, plane: Int, odd: Bool) -> [Float] {
    var result: [Float] = []
    var seen: Set<Float> = []
    while result.count < count {
      if result.count % plane == 0 { seen = [] }
      let bits = number().bitPattern & ~0x1_0000 | (odd ? 0x1_0000 : 0)
      let candidate = Float(bitPattern: bits)
      if seen.insert(candidate).inserted { result.append(candidate) }
    }
    return result
  }

  mutating func signed(_ count: Int) -> [Float] { (0..<count).map { _ in number() } }
  mutating func positive(_ count: Int) -> [Float] { (0..<count).map { _ in abs(number()) } }
}
