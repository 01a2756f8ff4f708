/// Adds normally distributed noise to every sample, independently by channel, and clips to 0...255.
///
/// Four samples take one number of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", OOPSLA 2014), whose state counts up from the picture's key, so that a
/// sample's noise is a function of key and place.
enum NormalNoise {
  static func apply(deviation: Float, key: UInt64, to picture: PictureBuffer) {
    let groups = (picture.rowCount + 3) / 4
    NormalQuantiles.values.withUnsafeBufferPointer { quantiles in
      guard let quantiles = quantiles.baseAddress else { return }
      for y in 0..<picture.height {
        add(
          deviation, from: quantiles, state: key &+ UInt64(y * groups) &* 0x9e37_79b9_7f4a_7c15,
          to: picture.row(y), count: picture.rowCount)
      }
    }
  }

  private static func add(
    _ deviation: Float, from quantiles: UnsafePointer<Float>, state: UInt64,
    to row: UnsafeMutablePointer<Float>, count: Int
  ) {
    let mask = UInt64(NormalQuantiles.count - 1)
    var state = state
    var place = 0
    while place < count {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      word ^= word >> 31
      if place + 4 <= count {
        let normal = SIMD4<Float>(
          quantiles[Int(word & mask)], quantiles[Int(word >> 16 & mask)],
          quantiles[Int(word >> 32 & mask)], quantiles[Int(word >> 48 & mask)])
        let target = UnsafeMutableRawPointer(row + place)
        let value = target.loadUnaligned(as: SIMD4<Float>.self) + deviation * normal
        target.storeBytes(of: ToneCurve.clipped(value), as: SIMD4<Float>.self)
      } else {
        for sample in place..<count {
          let normal = quantiles[Int(word >> (16 * UInt64(sample - place)) & mask)]
          row[sample] = ToneCurve.clipped(row[sample] + deviation * normal)
        }
      }
      place += 4
    }
  }
}
