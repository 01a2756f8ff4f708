import ArtifactTables
import Foundation
import Randomness
import Vocabulary

/// The label files, in the formats of RSNA 2019.
enum LabelTables {
  /// `ID,Label`, six rows per image in the order of their IDs, and two images repeated at the end.
  static func writeTrainLabels(_ slices: [LabelledSlice], seed: UInt64, to file: URL) throws {
    let sorted = slices.sorted { $0.id < $1.id }
    var draw = CounterRandom(seed: seed, purpose: "phantom.duplicates")
    var repeated: [LabelledSlice] = []
    while repeated.count < min(2, sorted.count) {
      let slice = draw.element(of: sorted)
      if !repeated.contains(where: { $0.id == slice.id }) { repeated.append(slice) }
    }
    try write(sorted + repeated, to: file) { slice, label in slice.has(label) ? "1" : "0" }
  }

  /// The same shape with 0.5 for every label.
  static func writeSampleSubmission(_ slices: [LabelledSlice], to file: URL) throws {
    try write(slices.sorted { $0.id < $1.id }, to: file) { _, _ in "0.5" }
  }

  /// One row per image: its ID and six labels in the contract's order.
  static func truth(_ slices: [LabelledSlice]) -> String {
    var text = "id," + Label.allCases.map(\.rawValue).joined(separator: ",") + "\n"
    for slice in slices.sorted(by: { $0.id < $1.id }) {
      text += slice.id
      for label in Label.allCases { text += slice.has(label) ? ",1" : ",0" }
      text += "\n"
    }
    return text
  }

  private static func write(
    _ slices: [LabelledSlice], to file: URL, value: (LabelledSlice, Label) -> String
  ) throws {
    let writer = try LabelRowWriter(file: file)
    for slice in slices {
      for label in LabelRowFormat.order {
        try writer.write(slice.id, label, value(slice, label))
      }
    }
    try writer.close()
  }
}

/// A written slice and the haemorrhages that it shows.
struct LabelledSlice: Sendable {
  let id: String
  let kinds: Set<HaemorrhageKind>

  func has(_ label: Label) -> Bool {
    label == .any ? !kinds.isEmpty : kinds.contains { $0.label == label }
  }
}
