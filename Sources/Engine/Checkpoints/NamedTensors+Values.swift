import Diagnostics
import Foundation
import TensorCore

extension NamedTensors {
  /// Checks that every value is a number that a network can compute with.
  ///
  /// - Parameter variances: names of tensors whose values are not negative either.
  /// - Throws: `badData` for the first tensor that holds NaN, infinity or a negative variance.
  public func requireFinite(variances: some Sequence<String> = [], file: URL) throws {
    func fault(_ code: String, _ name: String, _ place: Int, _ value: Float, _ rule: String)
      -> IchorError
    {
      IchorError(
        .badData, code: code, "Tensor “\(name)” holds \(value) at place \(place), but \(rule)",
        remedy: "Train the network again, or give weights that are whole.",
        at: file.path(percentEncoded: false))
    }
    for (name, tensor) in self {
      guard let place = tensor.values.firstIndex(where: { !$0.isFinite }) else { continue }
      throw fault(
        "weights-not-finite", name, place, tensor.values[place], "a network's values are finite")
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
