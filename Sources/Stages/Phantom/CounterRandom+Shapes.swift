import Randomness

extension CounterRandom {
  /// Nearly normal with unit variance, within ±3.5: the sum of four uniform draws, which needs no
  /// libm and so gives the same bits everywhere.
  mutating func bell() -> Double {
    (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508
  }

  /// A direction, uniform on the sphere.
  mutating func direction() -> SIMD3<Float> {
    while true {
      let point = SIMD3(float(-1, 1), float(-1, 1), float(-1, 1))
      let squared = (point * point).sum()
      if squared > 0.01, squared <= 1 { return point / squared.squareRoot() }
    }
  }
}
