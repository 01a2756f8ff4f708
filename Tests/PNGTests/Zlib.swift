import CZlib
import Foundation

/// zlib as a witness: it shares no code with the compressor and decompressor under test.
enum Zlib {
  /// What a raw deflate stream holds; `nil` where it is malformed, goes on, ends early, or holds
  /// another number of bytes.
  static func inflated(_ stream: some Collection<UInt8>, count: Int) -> [UInt8]? {
    var state = z_stream()
    inflateInit2_(&state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { inflateEnd(&state) }
    var input = Array(stream)
    var output = [UInt8](repeating: 0, count: count + 1)
    let isWhole = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        state.next_in = input.baseAddress
        state.avail_in = UInt32(input.count)
        state.next_out = output.baseAddress
        state.avail_out = UInt32(output.count)
        return inflate(&state, Z_FINISH) == Z_STREAM_END && state.avail_in == 0
          && state.avail_out == 1
      }
    }
    return isWhole ? Array(output.dropLast()) : nil
  }

  /// A zlib stream; empty where zlib fails.
  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(length))
    guard compress2(&output, &length, bytes, UInt(bytes.count), 9) == Z_OK else { return [] }
    return Array(output[..<Int(length)])
  }

  static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + content
    return word(UInt(content.count)) + named + crc32(named)
  }

  static func crc32(_ bytes: some Collection<UInt8>) -> [UInt8] {
    word(CZlib.crc32(0, Array(bytes), UInt32(bytes.count)))
  }

  static func adler32(_ bytes: [UInt8]) -> [UInt8] {
    word(CZlib.adler32(1, bytes, UInt32(bytes.count)))
  }

  private static func word(_ number: UInt) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
