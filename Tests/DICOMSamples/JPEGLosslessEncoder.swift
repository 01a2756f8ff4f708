/// Writes lossless JPEG images of one component, by T.81 annex H; for tests only.
package struct JPEGLosslessEncoder {
  private let precision: Int
  private let predictor: Int
  private let pointTransform: Int
  private let restartRows: Int
  private let lengths: [Int]

  /// - Parameters:
  ///   - restartRows: rows between restart markers, 0 for none.
  ///   - lengths: the code length of each category 0...16, rising; codes are given out in that order.
  package init(
    precision: Int = 16, predictor: Int = 1, pointTransform: Int = 0, restartRows: Int = 0,
    lengths: [Int] = [Int](repeating: 5, count: 17)
  ) {
    self.precision = precision
    self.predictor = predictor
    self.pointTransform = pointTransform
    self.restartRows = restartRows
    self.lengths = lengths
  }

  package func encode(_ samples: [Int], rows: Int, columns: Int) -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0xD8]
    bytes += segment(
      0xC3, [UInt8(precision)] + big(rows) + big(columns) + [1, 1, 0x11, 0])
    bytes += segment(
      0xC4, [0] + (1...16).map { length in UInt8(lengths.filter { $0 == length }.count) } + (0...16)
    )
    if restartRows > 0 { bytes += segment(0xDD, big(restartRows * columns)) }
    bytes += segment(0xDA, [1, 1, 0, UInt8(predictor), 0, UInt8(pointTransform)])
    for first in stride(from: 0, to: rows, by: restartRows > 0 ? restartRows : rows) {
      let count = restartRows > 0 ? min(restartRows, rows - first) : rows
      if first > 0 { bytes += [0xFF, UInt8(0xD0 + (first / restartRows - 1) % 8)] }
      let part = samples[first * columns..<(first + count) * columns].map { $0 >> pointTransform }
      bytes += interval(Array(part), columns: columns)
    }
    return bytes + [0xFF, 0xD9]
  }

  private func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }

  private func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker] + big(content.count + 2) + content
  }

  /// Entropy-coded bits of the rows between two restarts, padded with ones, zeros stuffed.
  private func interval(_ samples: [Int], columns: Int) -> [UInt8] {
    var bits: [Bool] = []
    func put(_ value: Int, _ count: Int) {
      for bit in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> bit & 1 == 1) }
    }
    var codes: [Int] = []
    var code = 0
    for category in 0...16 {
      if category > 0 { code = (code + 1) << (lengths[category] - lengths[category - 1]) }
      codes.append(code)
    }
    for index in samples.indices {
      let wide = samples[index] - prediction(samples, index, columns)
      // Differences are modulo 65536, as -32767...32768.
      var difference = wide & 0xFFFF
      if difference > 32768 { difference -= 65536 }
      var category = 0
      while abs(difference) >> category > 0 { category += 1 }
      put(codes[category], lengths[category])
      if category < 16 {
        put(difference < 0 ? difference + (1 << category) - 1 : difference, category)
      }
    }
    while bits.count % 8 != 0 { bits.append(true) }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: bits.count, by: 8) {
      let byte = bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
      bytes.append(byte)
      if byte == 0xFF { bytes.append(0) }
    }
    return bytes
  }

  private func prediction(_ samples: [Int], _ index: Int, _ columns: Int) -> Int {
    let (row, column) = (index / columns, index % columns)
    if index == 0 { return 1 << (precision - pointTransform - 1) }
    if row == 0 { return samples[index - 1] }
    if column == 0 { return samples[index - columns] }
    let (a, b) = (samples[index - 1], samples[index - columns])
    let c = samples[index - columns - 1]
    return [a, b, c, a + b - c, a + (b - c) >> 1, b + (a - c) >> 1, (a + b) >> 1][predictor - 1]
  }
}
