import CLibdeflate

/// Inflates zlib streams (RFC 1950) whose length is known, all at once.
package enum ZlibStream {
  /// Whether the stream holds exactly as many bytes as there is room for, its checksum is right, and
  /// nothing follows it; otherwise what is in `room` means nothing.
  package static func inflate(
    _ stream: UnsafeRawBufferPointer, filling room: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let decompressor = libdeflate_alloc_decompressor() else { return false }
    defer { libdeflate_free_decompressor(decompressor) }
    var used = 0
    // Without a place for the number of bytes, libdeflate wants exactly as many as there is room
    // for.
    let result = libdeflate_zlib_decompress_ex(
      decompressor, stream.baseAddress, stream.count, room.baseAddress, room.count, &used, nil)
    return result == LIBDEFLATE_SUCCESS && used == stream.count
  }
}
