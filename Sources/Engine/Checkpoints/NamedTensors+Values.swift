import Diagnostics
import Foundation
import TensorCore

extension NamedTensors {
  /// Checks that every value is a number that a network can compute with.
  ///
  /// - Parameters:
  ///   - variances: names of tensors whose values are not negative either.
  ///   - greatest: the greatest value of the number format that the network computes with.
  /// - Throws: `badData` for the first tensor that holds NaN, infinity, a value beyond the greatest or
  ///   a negative variance.
  public func requireFinite(
    variances: some Sequence<String> = [], upTo greatest: Float = .greatestFiniteMagnitude,
    file: URL
  ) throws {
    func fault(_ code: String, _ name: String, _ place: Int, _ value: Float, _ rule: String)
      -> IchorError
    {
      IchorError(
        .badData, code: code, "Tensor “\(name)” holds \(value) at place \(place), but \(rule)",
        remedy: "Train the network again, or give weights that are whole.",
        at: file.path(percentEncoded: false))
    }
    for (name, tensor) in self {
      guard let place = tensor.values.firstIndex(where: { !(abs($0) <= greatest) })
      else { continue }
      let value = tensor.values[place]
      throw fault(
        "weights-not-finite", name, place, value,
        value.isFinite
          ? "the format that the network computes with ends at \(greatest)"
          : "a network's values are finite")
    }
    for name in variances {
      guard let tensor = self[name], let place = tensor.values.firstIndex(where: { $0 < 0 })
      else { continue }
      throw fault(
        "weights-variance-negative", name, place, tensor.values[place],
        "a variance is never negative")
    }
  }
}
