extension Window {
  /// Writes the grey levels of samples of Hounsfield units, 0...255, not rounded.
  ///
  /// - Parameters:
  ///   - samples: as `HounsfieldSample` defines them.
  ///   - levels: has room for the level of the last sample, `(samples.count - 1) * stride`.
  ///   - stride: from one level to the next.
  public func writeLevels(
    of samples: UnsafeBufferPointer<UInt16>, into levels: UnsafeMutablePointer<Float>,
    stride: Int = 1
  ) {
    guard let source = samples.baseAddress else { return }
    let gain = Float(255 / width)
    let lowest = Float(lower + Double(HounsfieldSample.offset))
    for place in 0..<samples.count {
      // Written so as to become the processor's maximum and minimum.
      let level = (Float(source[place]) - lowest) * gain
      let positive = level > 0 ? level : 0
      levels[place &* stride] = positive < 255 ? positive : 255
    }
  }

  /// The rounded grey levels of samples of Hounsfield units.
  ///
  /// - Parameter bytes: 16 bits each, in the byte order of the machine.
  public func roundedLevels(ofHounsfieldSamples bytes: [UInt8]) -> [UInt8] {
    let samples = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map { bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self) }
    }
    let levels = [Float](unsafeUninitializedCapacity: samples.count) { levels, count in
      if let target = levels.baseAddress {
        samples.withUnsafeBufferPointer { writeLevels(of: $0, into: target) }
      }
      count = samples.count
    }
    return levels.map { UInt8($0.rounded()) }
  }
}
