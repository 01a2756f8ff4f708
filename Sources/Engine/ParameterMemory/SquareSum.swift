/// The sum of squares of a buffer, in double precision.
enum SquareSum {
  /// Eight partial sums, which the compiler keeps in a vector; the order is fixed by the count.
  @inline(never)
  static func of(_ values: UnsafePointer<Float>, count: Int) -> Double {
    var partial = SIMD8<Double>()
    var index = 0
    while index + 8 <= count {
      let part = UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self)
      let wide = SIMD8<Double>(part)
      partial += wide * wide
      index += 8
    }
    var sum = partial.sum()
    while index < count {
      sum += Double(values[index]) * Double(values[index])
      index += 1
    }
    return sum
  }
}
