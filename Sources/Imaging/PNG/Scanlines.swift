/// Pixels as PNG compresses them: rows that each begin with the number of their filter (PNG 1.2,
/// section 6), with the high byte of a 16-bit sample first.
///
/// Rows of 8-bit samples are not filtered: the air around a head repeats itself, and inside it is
/// noise. Rows of 16-bit samples hold the difference from the row above, byte by byte.
enum Scanlines {
  private static let none: UInt8 = 0
  private static let left: UInt8 = 1
  private static let above: UInt8 = 2

  static func byteCount(of format: PNGFormat) -> Int { format.byteCount + format.height }

  /// - Precondition: `pixels` and `lines` hold the whole image.
  static func fill(
    _ lines: UnsafeMutablePointer<UInt8>, from pixels: UnsafePointer<UInt8>, _ format: PNGFormat
  ) {
    let length = format.bytesPerRow
    for y in 0..<format.height {
      let line = lines + y * (length + 1)
      line[0] = none
      copy(pixels + y * length, to: line + 1, format)
    }
    guard format.pixel.bytesPerSample == 2 else { return }
    // Upwards, so that the row above is still as it was.
    for y in (0..<format.height).reversed() {
      let line = lines + y * (length + 1)
      line[0] = above
      guard y > 0 else { continue }
      let previous = line - (length + 1)
      for index in 1...length { line[index] &-= previous[index] }
    }
  }

  /// Turns the rows back into pixels; afterwards the rows mean nothing.
  ///
  /// - Precondition: `pixels` and `lines` hold the whole image.
  /// - Returns: `false` where a row has a filter that neither this version nor an older one writes.
  static func undo(
    _ lines: UnsafeMutablePointer<UInt8>, into pixels: UnsafeMutablePointer<UInt8>,
    _ format: PNGFormat
  ) -> Bool {
    let length = format.bytesPerRow
    let step = format.pixel.channels * format.pixel.bytesPerSample
    for y in 0..<format.height {
      let line = lines + y * (length + 1)
      switch line[0] {
      case none: break
      case left:
        // Pictures of 16 bits, before version 0.2.
        for index in step..<max(step, length) { line[1 + index] &+= line[1 + index - step] }
      case above:
        guard y > 0 else { break }
        let previous = line - (length + 1)
        for index in 1...length { line[index] &+= previous[index] }
      default: return false
      }
      copy(line + 1, to: pixels + y * length, format)
    }
    return true
  }

  /// Copies a row between the order of the machine and PNG's.
  private static func copy(
    _ row: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, _ format: PNGFormat
  ) {
    let length = format.bytesPerRow
    guard format.pixel.bytesPerSample == 2, UInt16(1).littleEndian == 1 else {
      target.update(from: row, count: length)
      return
    }
    for index in stride(from: 0, to: length, by: 2) {
      target[index] = row[index + 1]
      target[index + 1] = row[index]
    }
  }
}
