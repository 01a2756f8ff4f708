/// A Huffman table for difference categories (T.81 annex C and F.2.2.3).
struct JPEGHuffmanTable {
  /// Code length and category for each value of the next `lookupBits` bits; length 0 for longer ones.
  private var lookup: [(length: UInt8, category: UInt8)]
  /// For each length, one past its last code, left-aligned in 16 bits; 0 where it has none.
  private var codeEnd = [Int](repeating: 0, count: 17)
  private var firstCode = [Int](repeating: 0, count: 17)
  private var firstIndex = [Int](repeating: 0, count: 17)
  private let categories: [UInt8]

  private static let lookupBits = 10

  /// - Parameters:
  ///   - counts: 16 numbers of codes, of 1 to 16 bits.
  ///   - categories: as many categories as codes.
  /// - Throws: `jpegMalformed` where the numbers do not make a code of categories up to 16.
  init(counts: [UInt8], categories: [UInt8]) throws(DICOMError) {
    guard counts.count == 16, counts.reduce(0, { $0 + Int($1) }) == categories.count,
      !categories.isEmpty, categories.allSatisfy({ $0 <= 16 })
    else {
      throw DICOMError(.jpegMalformed, .pixelData, "a JPEG Huffman table is malformed")
    }
    self.categories = categories
    lookup = Array(repeating: (0, 0), count: 1 << Self.lookupBits)
    var code = 0
    var index = 0
    for length in 1...16 {
      firstCode[length] = code
      firstIndex[length] = index
      for _ in 0..<Int(counts[length - 1]) {
        guard code < 1 << length else {
          throw DICOMError(.jpegMalformed, .pixelData, "a JPEG Huffman table has too many codes")
        }
        if length <= Self.lookupBits {
          let shift = Self.lookupBits - length
          for entry in code << shift..<(code + 1) << shift {
            lookup[entry] = (UInt8(length), categories[index])
          }
        }
        code += 1
        index += 1
      }
      codeEnd[length] = counts[length - 1] > 0 ? code << (16 - length) : 0
      code <<= 1
    }
  }

  /// Reads one code.
  ///
  /// - Throws: `jpegMalformed` where the scan ends or has a code that is in no table.
  @inline(__always)
  func category(_ reader: inout JPEGBitReader) throws(DICOMError) -> Int {
    let next = reader.peek16()
    let (length, category) = lookup[next &>> (16 - Self.lookupBits)]
    if length > 0 {
      try reader.use(Int(length))
      return Int(category)
    }
    return try longCategory(next, &reader)
  }

  private func longCategory(
    _ next: Int, _ reader: inout JPEGBitReader
  ) throws(DICOMError) -> Int {
    for length in Self.lookupBits + 1...16 where next < codeEnd[length] {
      let index = firstIndex[length] + (next >> (16 - length)) - firstCode[length]
      guard categories.indices.contains(index) else { break }
      try reader.use(length)
      return Int(categories[index])
    }
    throw DICOMError(.jpegMalformed, .pixelData, "the JPEG scan has a code that is in no table")
  }
}
