import Randomness
import Foundation
import PipelineContract
import Vocabulary

/// The label files, in the formats of RSNA 2019.
enum LabelTables {
  /// Subtypes of one image in the order of RSNA's rows.
  static let rowOrder: [Label] = [
    .epidural, .intraparenchymal, .intraventricular, .subarachnoid, .subdural, .any,
  ]

  /// `ID,Label`, six rows an image in the order of their IDs, and two images once more at the end.
  static func trainLabels(_ slices: [LabelledSlice], seed: UInt64) -> String {
    let sorted = slices.sorted { $0.id < $1.id }
    var draw = CounterRandom(seed: seed, purpose: "phantom.duplicates")
    var repeated: [LabelledSlice] = []
    while repeated.count < min(2, sorted.count) {
      let slice = draw.element(of: sorted)
      if !repeated.contains(where: { $0.id == slice.id }) { repeated.append(slice) }
    }
    return rows(of: sorted + repeated) { slice, label in slice.has(label) ? "1" : "0" }
  }

  /// The same shape with 0.5 for every label.
  static func sampleSubmission(_ slices: [LabelledSlice]) -> String {
    rows(of: slices.sorted { $0.id < $1.id }) { _, _ in "0.5" }
  }

  /// One row an image: its ID and six labels in the contract's order.
  static func truth(_ slices: [LabelledSlice]) -> String {
    var text = "id," + Label.allCases.map(\.rawValue).joined(separator: ",") + "\n"
    for slice in slices.sorted(by: { $0.id < $1.id }) {
      text += slice.id
      for label in Label.allCases { text += slice.has(label) ? ",1" : ",0" }
      text += "\n"
    }
    return text
  }

  private static func rows(
    of slices: [LabelledSlice], value: (LabelledSlice, Label) -> String
  ) -> String {
    var text = "ID,Label\n"
    for slice in slices {
      for label in rowOrder { text += "\(slice.id)_\(label.rawValue),\(value(slice, label))\n" }
    }
    return text
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
