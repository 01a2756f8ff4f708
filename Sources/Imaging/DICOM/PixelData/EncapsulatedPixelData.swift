/// The offset table and the fragments of encapsulated Pixel Data (PS3.5 A.4).
struct EncapsulatedPixelData {
  /// Byte range of the Basic Offset Table's value; empty where it has none.
  private let offsetTable: Range<Int>
  /// Byte ranges of the fragments' values, each checked against the data.
  private let fragments: [Range<Int>]

  /// Reads items up to the sequence delimitation item, which must be there.
  ///
  /// - Throws: `fragmentMalformed`, or `truncated` where the data end first.
  init(_ cursor: inout ByteCursor) throws(DICOMError) {
    var ranges: [Range<Int>] = []
    while true {
      let tag = try cursor.tag()
      let declared = try cursor.uint32("\(tag)")
      if tag == .sequenceDelimitation { break }
      guard tag == .item else {
        throw DICOMError(
          .fragmentMalformed, .pixelData, "\(tag) stands where a fragment's Item should")
      }
      guard declared != UInt32.max else {
        throw DICOMError(.fragmentMalformed, .pixelData, "a fragment has an undefined length")
      }
      guard Int(declared) <= cursor.remaining else {
        throw DICOMError(
          .fragmentMalformed, .pixelData,
          "a fragment of \(declared) bytes is declared where \(cursor.remaining) are left")
      }
      let start = cursor.offset
      try cursor.skip(Int(declared), "a fragment")
      ranges.append(start..<cursor.offset)
    }
    guard let table = ranges.first else {
      throw DICOMError(.fragmentMalformed, .pixelData, "it has no Basic Offset Table item")
    }
    offsetTable = table
    fragments = Array(ranges.dropFirst())
  }

  /// The number of bytes in all fragments.
  var codedBytes: Int { fragments.reduce(0) { $0 + $1.count } }

  /// The fragments of each frame, in order.
  ///
  /// A single frame takes all fragments; where there are as many fragments as frames, each frame
  /// takes one; otherwise the Basic Offset Table decides and has to be right.
  ///
  /// - Throws: `pixelDataShort` for fewer fragments than frames, `offsetTableInvalid` where the
  ///   table is needed and not usable, or points outside the fragments.
  func frames(
    _ count: Int, in bytes: UnsafeRawBufferPointer, quirks: inout QuirkList
  ) throws(DICOMError) -> [ArraySlice<Range<Int>>] {
    guard count > 0, fragments.count >= count else {
      throw DICOMError(
        .pixelDataShort, .pixelData, "\(fragments.count) fragments for \(count) frames")
    }
    let boundaries = try frameStarts(in: bytes, frames: count, quirks: &quirks)
    if count == 1 { return [fragments[...]] }
    if fragments.count == count { return fragments.indices.map { fragments[$0...$0] } }
    guard let boundaries else {
      throw DICOMError(
        .offsetTableInvalid, .pixelData,
        "\(fragments.count) fragments for \(count) frames, and no usable Basic Offset Table")
    }
    return boundaries.indices.map {
      let end = $0 + 1 < boundaries.count ? boundaries[$0 + 1] : fragments.count
      return fragments[boundaries[$0]..<end]
    }
  }

  /// The index of each frame's first fragment by the Basic Offset Table, `nil` without a usable one.
  private func frameStarts(
    in bytes: UnsafeRawBufferPointer, frames: Int, quirks: inout QuirkList
  ) throws(DICOMError) -> [Int]? {
    guard !offsetTable.isEmpty, let first = fragments.first, let last = fragments.last else {
      return nil
    }
    // Offsets count from the first byte of the first fragment's item tag, 8 before its value.
    let origin = first.lowerBound - 8
    var cursor = ByteCursor(bytes, from: offsetTable.lowerBound, to: offsetTable.upperBound)
    var starts: [Int] = []
    var fragment = 0
    var isUsable = offsetTable.count == 4 * frames
    while cursor.remaining >= 4 {
      let target = origin + Int(try cursor.uint32("the Basic Offset Table"))
      guard target < last.upperBound else {
        throw DICOMError(
          .offsetTableInvalid, .pixelData, "the Basic Offset Table points past the last fragment")
      }
      while fragment < fragments.count, fragments[fragment].lowerBound - 8 < target {
        fragment += 1
      }
      let isStart = fragment < fragments.count && fragments[fragment].lowerBound - 8 == target
      isUsable = isUsable && isStart && fragment != starts.last
      starts.append(fragment)
    }
    isUsable = isUsable && starts.first == 0
    if !isUsable { quirks.add(.offsetTableIgnored) }
    return isUsable ? starts : nil
  }
}
