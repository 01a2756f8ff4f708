/// A length-limited prefix code for deflate (RFC 1951, 3.2.2); its arrays serve block after block.
struct HuffmanCode: Sendable {
  /// Bits of each symbol's code; 0 for a symbol that does not occur.
  private(set) var lengths: [UInt8]
  /// Codes with their first bit lowest, as deflate packs them.
  private(set) var codes: [UInt16]

  private let limit: Int
  /// Frequency and symbol, to be sorted; later, in place, parents and depths.
  private var nodes: [UInt32] = []
  private var counts = [Int](repeating: 0, count: 17)

  /// The bits of a node that hold its symbol.
  private static let symbolBits: UInt32 = 9

  /// - Precondition: at most 512 symbols.
  init(symbols: Int, limit: Int) {
    precondition(symbols <= 1 << Self.symbolBits && limit < 16, "the code is one of deflate's")
    lengths = [UInt8](repeating: 0, count: symbols)
    codes = [UInt16](repeating: 0, count: symbols)
    self.limit = limit
    nodes.reserveCapacity(symbols)
  }

  /// Makes the code for these frequencies, one a symbol.
  ///
  /// - Precondition: at least two are not 0, and their sum is below 2^23.
  mutating func build(_ frequencies: [UInt32]) {
    nodes.removeAll(keepingCapacity: true)
    for (symbol, frequency) in frequencies.enumerated() where frequency > 0 {
      nodes.append(frequency << Self.symbolBits | UInt32(symbol))
    }
    precondition(nodes.count >= 2, "a code has two symbols or more")
    nodes.sort()
    let symbols = nodes.map { Int($0 & (1 << Self.symbolBits - 1)) }
    countLengths()
    limitLengths()
    assign(symbols)
  }

  /// Moffat and Katajainen, In-place calculation of minimum-redundancy codes (1995).
  ///
  /// `nodes` holds frequencies in ascending order, then indices of parents, then depths.
  private mutating func countLengths() {
    let count = nodes.count
    for index in 0..<count { nodes[index] >>= Self.symbolBits }
    var leaf = 0
    var root = 0
    for next in 0..<count - 1 {
      var sum: UInt32 = 0
      for _ in 0..<2 {
        if leaf >= count || (root < next && nodes[root] < nodes[leaf]) {
          sum += nodes[root]
          nodes[root] = UInt32(next)
          root += 1
        } else {
          sum += nodes[leaf]
          leaf += 1
        }
      }
      nodes[next] = sum
    }
    // From parents to depths of the inner nodes, then to the number of leaves at each depth.
    nodes[count - 2] = 0
    for index in stride(from: count - 3, through: 0, by: -1) {
      nodes[index] = nodes[Int(nodes[index])] + 1
    }
    for index in counts.indices { counts[index] = 0 }
    var open = 1
    var inner = count - 2
    var depth: UInt32 = 0
    while open > 0 {
      var used = 0
      while inner >= 0, nodes[inner] == depth {
        used += 1
        inner -= 1
      }
      counts[min(Int(depth), limit)] += open - used
      open = 2 * used
      depth += 1
    }
  }

  /// Makes the code one again after codes beyond the limit were cut to it: a code of the limit's
  /// length goes, and the longest of the shorter ones becomes two.
  private mutating func limitLengths() {
    var excess = -(1 << limit)
    for length in 1...limit { excess += counts[length] << (limit - length) }
    while excess > 0 {
      guard let shorter = (1..<limit).last(where: { counts[$0] > 0 }) else { return }
      counts[limit] -= 1
      counts[shorter] -= 1
      counts[shorter + 1] += 2
      excess -= 1
    }
  }

  /// The rarest symbols get the longest codes; codes of one length ascend with the symbol.
  private mutating func assign(_ symbols: [Int]) {
    for symbol in lengths.indices { lengths[symbol] = 0 }
    var rank = 0
    for length in stride(from: limit, to: 0, by: -1) {
      for _ in 0..<counts[length] {
        lengths[symbols[rank]] = UInt8(length)
        rank += 1
      }
    }
    var next = [UInt16](repeating: 0, count: limit + 1)
    var code = 0
    for length in 1...limit {
      code = (code + (length > 1 ? counts[length - 1] : 0)) << 1
      next[length] = UInt16(truncatingIfNeeded: code)
    }
    for symbol in lengths.indices where lengths[symbol] > 0 {
      let length = Int(lengths[symbol])
      codes[symbol] = Self.reversed(next[length]) >> UInt16(16 - length)
      next[length] += 1
    }
  }

  private static func reversed(_ code: UInt16) -> UInt16 {
    var bits = code
    bits = (bits >> 1) & 0x5555 | (bits & 0x5555) << 1
    bits = (bits >> 2) & 0x3333 | (bits & 0x3333) << 2
    bits = (bits >> 4) & 0x0F0F | (bits & 0x0F0F) << 4
    return bits.byteSwapped
  }
}
