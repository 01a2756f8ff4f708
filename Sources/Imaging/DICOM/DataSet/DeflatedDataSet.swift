import CZlib

/// The data set of the Deflated Explicit VR Little Endian syntax (PS3.5 A.5): raw deflate.
enum DeflatedDataSet {
  /// No more than this comes out of any file, and no more than `largestRatio` times what went in
  /// once that is above `always`: head CT deflates to about half its size, a bomb to a thousandth.
  private static let most = 256 << 20
  private static let always = 16 << 20
  private static let largestRatio = 128

  /// Inflates a data set.
  ///
  /// - Throws: `deflateMalformed` for a stream that is damaged or cut short, `deflateTooLarge` for
  ///   one that gives more than is believed, `memoryRefused`.
  static func inflate(_ bytes: UnsafeRawBufferPointer) throws(DICOMError) -> [UInt8] {
    let cap = min(most, max(always, bytes.count.multipliedSaturating(by: largestRatio)))
    var stream = z_stream()
    // Negative window bits: no zlib header, as the standard wants.
    let opened = inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK else {
      throw DICOMError(.memoryRefused, "zlib could not begin to inflate the data set")
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    var consumed = 0
    while true {
      let step = chunk.withUnsafeMutableBytes { chunk -> (status: Int32, read: Int, made: Int) in
        let available = min(bytes.count - consumed, 1 << 30)
        let input = UnsafeRawBufferPointer(rebasing: bytes[consumed..<consumed + available])
        stream.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
          .assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(available)
        stream.next_out = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(chunk.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (
          status, available - Int(stream.avail_in), chunk.count - Int(stream.avail_out)
        )
      }
      consumed += step.read
      if step.status == Z_MEM_ERROR {
        throw DICOMError(.memoryRefused, "there is not enough memory to inflate the data set")
      }
      guard step.status == Z_OK || step.status == Z_STREAM_END else {
        throw DICOMError(.deflateMalformed, "the deflated data set is malformed or cut short")
      }
      guard step.made <= cap - output.count else {
        throw DICOMError(.deflateTooLarge, "the data set inflates to more than \(cap) bytes")
      }
      output.append(contentsOf: chunk[..<step.made])
      if step.status == Z_STREAM_END { return output }
      guard step.read > 0 || step.made > 0 else {
        throw DICOMError(.deflateMalformed, "the deflated data set is cut short")
      }
    }
  }
}

extension Int {
  fileprivate func multipliedSaturating(by factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? Int.max : product
  }
}
