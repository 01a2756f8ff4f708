import PipelineContract

/// How much work an instance is, by what its last run recorded; `nil` where nothing is known.
package struct RunEstimate: Sendable {
  package var items: Int?
  package var unit: String?
  package var seconds: Double?
  package var bytes: Int?

  /// - Parameters:
  ///   - items: how many there are now.
  ///   - rate: how many of them a second took; `nil` where another kind of item was measured.
  init(items: Double?, unit: String?, rate: Double?, bytes: Double?) {
    self.items = items.flatMap { Int(exactly: $0.rounded()) }
    self.unit = items == nil ? nil : unit
    seconds = items.flatMap { items in rate.flatMap { $0 > 0 ? items / $0 : nil } }
    self.bytes = bytes.flatMap { Int(exactly: $0.rounded()) }
  }

  /// With what another estimate knows besides.
  func filled(from other: RunEstimate) -> RunEstimate {
    var result = other
    result.items = items ?? other.items
    result.unit = items == nil ? other.unit : unit
    result.seconds = seconds ?? other.seconds
    result.bytes = bytes ?? other.bytes
    return result
  }
}

extension JSONValue {
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
