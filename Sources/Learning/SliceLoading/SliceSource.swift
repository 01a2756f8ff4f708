/// Where the encoded slices of a data set come from, such as tar shards.
///
/// Worker threads read at the same time, so reading must not share a file position.
package protocol SliceSource: Sendable {
  /// Number of slices.
  var count: Int { get }

  /// Replaces `bytes` with the PNG file of one slice, so that the buffer's storage is reused.
  ///
  /// - Parameter index: 0..<count.
  /// - Throws: an error that says why the slice can't be read; the loader adds its name.
  func readPNG(at index: Int, into bytes: inout [UInt8]) throws
}
