/// SplitMix64, so that damage and additions are the same on every machine.
package struct SplitMix {
  private var state: UInt64

  package init(state: UInt64) { self.state = state }

  package mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 1) % bound
  }
}

/// Damage to files, a function of seeds and a number.
package enum FileDamage {
  /// Overwrites, flips, cuts, repeats, swaps for extremes or splices at 1 to 4 places.
  package static func damaged(_ seeds: [[UInt8]], number: Int) -> [UInt8] {
    var generator = SplitMix(state: UInt64(number) &* 0x2545_F491_4F6C_DD1D)
    var bytes = seeds[number % seeds.count]
    // The preamble says nothing; half of the files are damaged in the codestream or near it only.
    let start = generator.next(below: 2) == 0 ? 128 : bytes.count * 3 / 5
    for _ in 0...generator.next(below: 4) where !bytes.isEmpty {
      let place = start + generator.next(below: max(bytes.count - start, 1))
      guard place < bytes.count else { continue }
      switch generator.next(below: 7) {
      case 0: bytes[place] = UInt8(generator.next(below: 256))
      case 1: bytes[place] ^= UInt8(1 << generator.next(below: 8))
      case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][generator.next(below: 6)]
      case 3: bytes.removeSubrange(place..<min(place + 1 + generator.next(below: 8), bytes.count))
      case 4:
        let end = min(place + 1 + generator.next(below: 32), bytes.count)
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      case 5:
        for index in place..<min(place + 4, bytes.count) { bytes[index] = 0xFF }
      default:
        let other = seeds[generator.next(below: seeds.count)]
        let from = generator.next(below: other.count)
        let piece = other[from..<min(from + 1 + generator.next(below: 48), other.count)]
        bytes.replaceSubrange(place..<min(place + piece.count, bytes.count), with: piece)
      }
    }
    return bytes
  }
}
