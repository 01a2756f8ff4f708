extension CounterRandom {
  /// Uniform in 0..<bound, without bias.
  ///
  /// Lemire: “Fast random integer generation in an interval” (ACM TOMACS 29, 2019). Spelled out
  /// here, since the standard library is free to change how it draws.
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "there is no integer below \(bound) to draw")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Shuffles by the method of Fisher and Yates.
  package mutating func shuffle(_ values: inout [Int32]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, below(last + 1))
    }
  }

  /// Uniform in the range, in single precision.
  package mutating func float(_ low: Double, _ high: Double) -> Float {
    Float(uniform(in: low...high))
  }

  /// True with the given probability.
  package mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// One element, uniformly.
  ///
  /// - Precondition: the list is not empty.
  package mutating func element<T>(of list: [T]) -> T {
    precondition(!list.isEmpty, "there is no element to draw")
    return list[min(list.count - 1, Int(uniform() * Double(list.count)))]
  }
}
