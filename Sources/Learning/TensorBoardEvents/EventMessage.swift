/// The protocol-buffer messages of a scalar event file, encoded by hand.
///
/// `Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }`,
/// `Summary { repeated Value value = 1; }`, `Value { string tag = 1; float simple_value = 2; }`;
/// a field outside a `oneof` that is zero is left out, as protocol buffers 3 do.
enum EventMessage {
  /// The first record of every file.
  static func fileVersion(wallTime: Double) -> [UInt8] {
    head(wallTime: wallTime, step: 0) + bytes(field: 3, Array("brain.Event:2".utf8))
  }

  /// One step's scalars.
  static func scalars(
    _ values: [(tag: String, value: Double)], step: Int, wallTime: Double
  ) -> [UInt8] {
    let summary = values.flatMap { tag, value in
      bytes(field: 1, bytes(field: 1, Array(tag.utf8)) + float32(field: 2, Float(value)))
    }
    return head(wallTime: wallTime, step: step) + bytes(field: 5, summary)
  }

  /// The step of an encoded event: 0 where the field is missing, `nil` where it can't be read.
  static func step(of event: ArraySlice<UInt8>) -> Int? {
    var rest = event
    while !rest.isEmpty {
      guard let key = varint(&rest) else { return nil }
      let skipped: UInt64
      switch (key >> 3, key & 7) {
      case (2, 0): return varint(&rest).map { Int(Int64(bitPattern: $0)) }
      case (_, 0):
        guard varint(&rest) != nil else { return nil }
        skipped = 0
      case (_, 1): skipped = 8
      case (_, 2):
        guard let length = varint(&rest) else { return nil }
        skipped = length
      case (_, 5): skipped = 4
      default: return nil
      }
      guard skipped <= UInt64(rest.count) else { return nil }
      rest = rest.dropFirst(Int(skipped))
    }
    return 0
  }

  private static func head(wallTime: Double, step: Int) -> [UInt8] {
    var message: [UInt8] = []
    if wallTime != 0 {
      message += [1 << 3 | 1]
      message += withUnsafeBytes(of: wallTime.bitPattern.littleEndian, Array.init)
    }
    if step != 0 { message += [2 << 3 | 0] + varint(UInt64(bitPattern: Int64(step))) }
    return message
  }

  private static func bytes(field: UInt8, _ content: [UInt8]) -> [UInt8] {
    [field << 3 | 2] + varint(UInt64(content.count)) + content
  }

  private static func float32(field: UInt8, _ value: Float) -> [UInt8] {
    [field << 3 | 5] + withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var encoded: [UInt8] = []
    while rest >= 0x80 {
      encoded.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return encoded + [UInt8(rest)]
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
