/// Where the encoded slices of a data set come from, such as tar shards.
///
/// Worker threads read at the same time, so reading must not share a file position.
package protocol SliceSource: Sendable {
  /// Number of slices.
  var count: Int { get }

  /// Replaces `bytes` with the PNG file of one slice; the buffer's storage is there to be reused.
  /// - Parameter index: 0..<count.
  func readPNG(at index: Int, into bytes: inout [UInt8]) throws
}
