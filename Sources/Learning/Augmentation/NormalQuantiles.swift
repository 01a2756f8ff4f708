import Foundation

/// 4096 equally likely numbers that stand for the standard normal distribution: the mean of each
/// 4096th of its probability, scaled to variance 1; within ±3.8.
///
/// The distribution function of a number drawn from them differs from the normal one by less than
/// 1/4096 everywhere.
enum NormalQuantiles {
  static let count = 4096

  static let values: [Float] = {
    func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
    // The upper half; the limit above `part / count` of the probability, by Newton's method from the
    // limit before it. There the tail is convex, so that no step goes too far.
    var means: [Double] = []
    var limit = 0.0
    for part in count / 2 + 1...count {
      var next = limit
      if part < count {
        let wanted = 1 - Double(part) / Double(count)
        for _ in 0..<50 {
          let step = (erfc(next / 2.0.squareRoot()) / 2 - wanted) / density(next)
          next += step
          if abs(step) < 1e-14 { break }
        }
      }
      let above = part < count ? density(next) : 0
      means.append((density(limit) - above) * Double(count))
      limit = next
    }
    let variance = means.reduce(0) { $0 + $1 * $1 } / Double(means.count)
    let scaled = means.map { $0 / variance.squareRoot() }
    return scaled.reversed().map { Float(-$0) } + scaled.map { Float($0) }
  }()
}
