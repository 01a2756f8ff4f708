/// A prefix code of deflate (RFC 1951, 3.2.2) as a table to look bits up in.
///
/// A code of up to `rootBits` bits stands at every index that ends in it; a longer one begins with
/// bits that lead to a table of its own behind the root's.
struct DecodingTable {
  /// An entry's parts. Bits 0...3: bits that it takes; bits 16 and up: its value.
  enum Entry {
    static let literal: UInt32 = 1 << 8
    /// The value is a length or distance, which is so many bits larger: bits 4...7.
    static func extra(_ entry: UInt32) -> UInt64 { UInt64(entry >> 4 & 15) }
    /// The value is where the longer codes' table begins.
    static let table: UInt32 = 1 << 9
    static let endOfBlock: UInt32 = 1 << 10
    /// No code begins like this.
    static let invalid: UInt32 = 1 << 11
  }

  let rootBits: Int
  private(set) var entries: [UInt32]
  private var symbols: [UInt16]
  /// Mask of the bits that lead into a longer code's table.
  private(set) var longMask: UInt64 = 0

  private static let longest = 15

  /// - Parameters:
  ///   - symbols: the most that a code has.
  ///   - rootBits: at most 15.
  init(symbols: Int, rootBits: Int) {
    self.rootBits = rootBits
    // At worst every symbol begins a table of its own.
    let longTables = symbols << (Self.longest - rootBits)
    entries = [UInt32](repeating: Entry.invalid, count: (1 << rootBits) + longTables)
    self.symbols = [UInt16](repeating: 0, count: symbols)
  }

  /// Makes the table of a code.
  ///
  /// - Parameters:
  ///   - lengths: of each symbol's code, at most 15; 0 for a symbol that does not occur.
  ///   - kinds: each symbol's entry, without the bits it takes.
  /// - Returns: `false` where these are no lengths of a code.
  mutating func build(_ lengths: UnsafeBufferPointer<UInt8>, _ kinds: [UInt32]) -> Bool {
    var counts = [Int](repeating: 0, count: Self.longest + 1)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    var places = [Int](repeating: 0, count: Self.longest + 2)
    var space = 0
    var deepest = 0
    for length in 1...Self.longest {
      places[length + 1] = places[length] + counts[length]
      space += counts[length] << (Self.longest - length)
      if counts[length] > 0 { deepest = length }
    }
    // A code of one symbol has a bit to spare; any other uses them all.
    if space > 1 << Self.longest || (space < 1 << Self.longest && deepest > 1) { return false }
    for (symbol, length) in lengths.enumerated() where length > 0 {
      symbols[places[Int(length)]] = UInt16(symbol)
      places[Int(length)] += 1
    }
    for index in 0..<1 << rootBits { entries[index] = Entry.invalid }
    let longBits = max(deepest - rootBits, 0)
    longMask = UInt64(1) << UInt64(longBits) - 1
    var end = 1 << rootBits
    var code = 0
    var next = 0
    for length in 1...Self.longest {
      for _ in 0..<counts[length] {
        let symbol = Int(symbols[next])
        next += 1
        let bits = Self.reversed(code, count: length)
        code += 1
        if length <= rootBits {
          let entry = kinds[symbol] | UInt32(length)
          for index in stride(from: bits, to: 1 << rootBits, by: 1 << length) {
            entries[index] = entry
          }
          continue
        }
        let root = bits & (1 << rootBits - 1)
        if entries[root] & Entry.table == 0 {
          entries[root] = Entry.table | UInt32(rootBits) | UInt32(end) << 16
          for index in end..<end + 1 << longBits { entries[index] = Entry.invalid }
          end += 1 << longBits
        }
        let entry = kinds[symbol] | UInt32(length - rootBits)
        let start = Int(entries[root] >> 16)
        for index in stride(from: bits >> rootBits, to: 1 << longBits, by: 1 << (length - rootBits))
        {
          entries[start + index] = entry
        }
      }
      code <<= 1
    }
    return true
  }

  /// The lowest `count` bits in the opposite order, as deflate packs codes.
  private static func reversed(_ code: Int, count: Int) -> Int {
    var value = UInt16(code)
    value = (value & 0x5555) << 1 | (value >> 1 & 0x5555)
    value = (value & 0x3333) << 2 | (value >> 2 & 0x3333)
    value = (value & 0x0F0F) << 4 | (value >> 4 & 0x0F0F)
    return Int(value.byteSwapped >> UInt16(16 - count))
  }
}
