import Diagnostics
import Foundation
import TensorCore

extension NamedTensors {
  /// Checks a file's tensors strictly against what a model expects: every name, no other, equal
  /// shapes.
  ///
  /// Only the counters `num_batches_tracked`, which no computation reads, may be missing: PyTorch, too,
  /// loads a state dict without them unless it says that it was made by a version that had them
  /// (`_NormBase._load_from_state_dict`), and a safetensors file says nothing.
  ///
  /// - Parameter resembling: which of the file's other names a missing one looks like, for the error.
  /// - Throws: `badData` where they differ, naming the first three tensors that are missing,
  ///   unexpected or of another shape, with both shapes.
  public func requireMatch(
    _ expected: [(name: String, shape: Shape)], file: URL,
    resembling: (String, [String]) -> String? = { _, _ in nil }
  ) throws {
    var faults: [String] = []
    let known = Set(expected.map(\.name))
    let superfluous = names.filter { !known.contains($0) }
    for (name, shape) in expected {
      if let found = self[name]?.shape {
        if found != shape { faults.append("“\(name)” is \(found), the model takes \(shape)") }
      } else if ElementType.usual(for: name) != .int64 {
        // Only the first ones are shown, and looking for a name takes time.
        let other = faults.count < 3 ? resembling(name, superfluous) : nil
        faults.append(
          "“\(name)” \(shape) is missing" + (other.map { ", the file has “\($0)”" } ?? ""))
      }
    }
    faults += superfluous.map { "“\($0)” is not in the model" }
    if faults.isEmpty { return }
    let more = faults.count > 3 ? "; and \(faults.count - 3) more" : ""
    throw IchorError(
      .badData, code: "weights-mismatch", faults.prefix(3).joined(separator: "; ") + more,
      remedy: "Give weights of the same architecture, input channels and classes.",
      at: file.path(percentEncoded: false))
  }
}
