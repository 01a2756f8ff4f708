/// The stored values of one image after the other, in memory that is reused.
///
/// Most CT fits 16 bits, which halves the memory to go through.
public struct StoredValues: Sendable {
  /// Whether the values of the last image are in `narrow`, not in `wide`.
  public internal(set) var isNarrow = false
  /// Frame after frame, row-major. Repairs may be made in place.
  public var narrow: [Int16] = []
  /// Frame after frame, row-major. Repairs may be made in place.
  public var wide: [Int32] = []

  public init() {}

  /// How many values the last image has.
  public var count: Int { isNarrow ? narrow.count : wide.count }
}
