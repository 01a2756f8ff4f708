import Foundation

extension OpenFile {
  /// The two ends of a new pipe, neither of which programs inherit.
  ///
  /// - Throws: `SystemCallError` where pipe(2) fails.
  package static func pipe() throws(SystemCallError) -> (reader: OpenFile, writer: OpenFile) {
    var ends: [Int32] = [-1, -1]
    guard Foundation.pipe(&ends) == 0 else { throw .last("pipe") }
    return (OpenFile(adopting: ends[0]), OpenFile(adopting: ends[1]))
  }

  /// Reads what has come, at most as much as the buffer holds; waits where nothing has.
  ///
  /// - Returns: how many bytes were read; 0 once every writer has closed its end.
  /// - Throws: `SystemCallError` where read(2) fails.
  package func readSome(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallError) -> Int {
    let count = uninterrupted { Foundation.read(descriptor, buffer.baseAddress, buffer.count) }
    guard count >= 0 else { throw .last("read") }
    return count
  }
}
