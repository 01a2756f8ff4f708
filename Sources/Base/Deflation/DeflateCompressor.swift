import CLibdeflate

/// libdeflate's compressor at its fastest level; it keeps its memory.
///
/// Higher levels take up to twice the time and save 0 to 8 % of a head CT's picture (docs/conversion.md).
package final class DeflateCompressor {
  private static let level: Int32 = 1
  private let handle: OpaquePointer

  package init() {
    guard let handle = libdeflate_alloc_compressor(Self.level) else {
      preconditionFailure("libdeflate has memory for a compressor")
    }
    self.handle = handle
  }

  deinit { libdeflate_free_compressor(handle) }

  /// The most that a zlib stream of `count` bytes takes.
  package static func bound(_ count: Int) -> Int { libdeflate_zlib_compress_bound(nil, count) }

  /// Writes a zlib stream and returns its length.
  ///
  /// - Precondition: `output` has room for `bound(input.count)` bytes.
  package func compress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Int {
    let length = libdeflate_zlib_compress(
      handle, input.baseAddress, input.count, output.baseAddress, output.count)
    precondition(length > 0, "the stream fits into the room that libdeflate asked for")
    return length
  }
}
