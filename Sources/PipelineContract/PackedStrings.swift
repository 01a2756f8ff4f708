import Foundation

/// Many short strings as one run of UTF-8 bytes: 8 bytes each beside their own.
public struct PackedStrings: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  public init() {}

  public var count: Int { ends.count }

  mutating func reserveCapacity(_ count: Int, bytes length: Int) {
    ends.reserveCapacity(count)
    bytes.reserveCapacity(length)
  }

  public mutating func append(_ string: String) {
    bytes.append(contentsOf: string.utf8)
    ends.append(bytes.count)
  }

  mutating func append(_ string: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  public subscript(index: Int) -> String {
    withBytes(of: index) { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a string; not to be kept.
  public func withBytes<Result>(
    of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let begin = index == 0 ? 0 : ends[index - 1]
    return try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[begin..<ends[index]]))
    }
  }

  /// The places of the strings by their bytes; of equal ones the first appended comes first.
  public func sorted() -> [Int32] {
    (0..<Int32(count)).sorted { first, second in
      withBytes(of: Int(first)) { string in
        withBytes(of: Int(second)) { other in
          let order = Self.compare(string, other)
          return order == 0 ? first < second : order < 0
        }
      }
    }
  }

  /// Where in `order`, the sorted places, the last of the strings with these bytes stands.
  func position(of string: UnsafeBufferPointer<UInt8>, in order: [Int32]) -> Int? {
    // The first position whose string comes after this one.
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      let isBehind = withBytes(of: Int(order[middle])) { Self.compare($0, string) > 0 }
      if isBehind { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    let isSame = withBytes(of: Int(order[low - 1])) { Self.compare($0, string) == 0 }
    return isSame ? low - 1 : nil
  }

  /// Negative where the first comes before the second, 0 where they are equal.
  static func compare(
    _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let common = min(first.count, second.count)
    if common > 0, let left = first.baseAddress, let right = second.baseAddress {
      let order = memcmp(left, right, common)
      if order != 0 { return Int(order) }
    }
    return first.count - second.count
  }
}
