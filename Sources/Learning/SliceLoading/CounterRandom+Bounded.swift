import Randomness

extension CounterRandom {
  /// Uniform in 0..<bound, without bias.
  ///
  /// Lemire: "Fast random integer generation in an interval" (ACM TOMACS 29, 2019). Spelled out
  /// here, since the standard library is free to change how it draws.
  mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "there is no integer below \(bound) to draw")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Fisher and Yates's shuffle.
  mutating func shuffle(_ values: inout [Int32]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, below(last + 1))
    }
  }
}
