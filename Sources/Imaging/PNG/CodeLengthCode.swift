/// Writes the code lengths at the head of a dynamic block (RFC 1951, 3.2.7).
struct CodeLengthCode: Sendable {
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private var code = HuffmanCode(symbols: 19, limit: 7)
  /// A symbol and the value of its extra bits.
  private var symbols: [(symbol: Int, extra: Int)] = []

  /// - Parameter lengths: of the literals and run lengths. Distances have two codes of one bit: the
  ///   first is distance 1, and the second makes the code complete, which some decoders ask for.
  mutating func write(_ lengths: [UInt8], _ writer: inout BitWriter) {
    let used = (lengths.lastIndex { $0 > 0 } ?? 256) + 1
    collect(Array(lengths[..<used]) + [1, 1])
    var frequencies = [UInt32](repeating: 0, count: 19)
    for (symbol, _) in symbols { frequencies[symbol] += 1 }
    code.build(frequencies)
    let sent = (Self.order.lastIndex { code.lengths[$0] > 0 } ?? 3) + 1
    writer.write(UInt64(used - 257), 5)
    writer.write(1, 5)
    writer.write(UInt64(max(sent, 4) - 4), 4)
    for symbol in Self.order.prefix(max(sent, 4)) {
      writer.write(UInt64(code.lengths[symbol]), 3)
    }
    for (symbol, extra) in symbols {
      writer.write(UInt64(code.codes[symbol]), UInt64(code.lengths[symbol]))
      writer.write(UInt64(extra), Self.extraBits(symbol))
    }
  }

  private static func extraBits(_ symbol: Int) -> UInt64 {
    switch symbol {
    case 16: 2
    case 17: 3
    case 18: 7
    default: 0
    }
  }

  /// Turns lengths into symbols: 16 repeats the last length, 17 and 18 stand for zeros.
  private mutating func collect(_ lengths: [UInt8]) {
    symbols.removeAll(keepingCapacity: true)
    var index = 0
    while index < lengths.count {
      let length = lengths[index]
      var run = 1
      while index + run < lengths.count, lengths[index + run] == length { run += 1 }
      index += run
      if length > 0 {
        symbols.append((Int(length), 0))
        run -= 1
      }
      let longest = length > 0 ? 6 : 138
      while run >= 3 {
        let part = min(run, longest)
        if length > 0 {
          symbols.append((16, part - 3))
        } else {
          symbols.append(part < 11 ? (17, part - 3) : (18, part - 11))
        }
        run -= part
      }
      for _ in 0..<run { symbols.append((Int(length), 0)) }
    }
  }
}
