/// Sums over runs of floats, eight lanes wide, in an order that depends on nothing but the count.
enum Sums {
  /// The sum of `count` terms, term `index` being `term8(index).0` for eight at a time.
  @inline(__always)
  private static func sum(
    _ count: Int, _ eight: (Int) -> SIMD8<Float>, _ one: (Int) -> Float
  ) -> Double {
    var lanes = SIMD8<Float>.zero
    var total = 0.0
    var index = 0
    while index + 8 <= count {
      lanes += eight(index)
      index += 8
    }
    for lane in 0..<8 { total += Double(lanes[lane]) }
    while index < count {
      total += Double(one(index))
      index += 1
    }
    return total
  }

  @inline(__always)
  private static func eight(_ values: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> {
    UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self)
  }

  static func total(_ values: UnsafePointer<Float>, count: Int) -> Double {
    sum(count, { eight(values, $0) }, { values[$0] })
  }

  /// Sum of `(value - mean)^2`.
  static func squares(
    _ values: UnsafePointer<Float>, around mean: Float, count: Int
  ) -> Double {
    sum(
      count,
      {
        let difference = eight(values, $0) - mean
        return difference * difference
      },
      {
        let difference = values[$0] - mean
        return difference * difference
      })
  }

  /// Sum of `(value - mean) * weight`.
  static func products(
    _ values: UnsafePointer<Float>, around mean: Float, _ weights: UnsafePointer<Float>, count: Int
  ) -> Double {
    sum(
      count, { (eight(values, $0) - mean) * eight(weights, $0) },
      { (values[$0] - mean) * weights[$0] })
  }
}
