extension Quantity {
  /// `512 B`, `1.5 MB`, `123 MB`; powers of 1000.
  package static func size(_ bytes: Int) -> String {
    // What rounds to a thousand is given as 1 of the next unit.
    let (value, unit) = scaled(bytes, by: 1000, to: 999.5, ["B", "kB", "MB", "GB", "TB", "PB"])
    let isWhole = unit == "B" || value >= 99.95
    return "\(fixed(isWhole ? value.rounded() : value, isWhole ? 0 : 1)) \(unit)"
  }

  /// `512 bytes`, `1.5 MB`, `123.4 MB`; powers of 1000.
  package static func exactSize(_ bytes: Int) -> String {
    let (value, unit) = scaled(bytes, by: 1000, to: 1000, ["bytes", "kB", "MB", "GB", "TB"])
    return "\(fixed(value, unit == "bytes" ? 0 : 1)) \(unit)"
  }

  /// `812 KiB`, `3.4 MiB`; powers of 1024.
  package static func binarySize(_ bytes: Int) -> String {
    let (value, unit) = scaled(
      max(0, bytes), by: 1024, to: 1024, ["B", "KiB", "MiB", "GiB", "TiB"])
    return "\(fixed(value, unit != "TiB" && (unit == "B" || value >= 100) ? 0 : 1)) \(unit)"
  }

  /// The value in the first unit in which it stays below the limit, or else in the last one.
  private static func scaled(
    _ bytes: Int, by factor: Double, to limit: Double, _ units: [String]
  ) -> (Double, unit: String) {
    var value = Double(bytes)
    for unit in units.dropLast() {
      if value < limit { return (value, unit) }
      value /= factor
    }
    return (value, units.last ?? "")
  }
}
