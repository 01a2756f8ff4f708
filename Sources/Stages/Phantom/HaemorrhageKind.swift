import PipelineContract
import Vocabulary

/// The five kinds of intracranial haemorrhage that RSNA 2019 labels, in its order.
enum HaemorrhageKind: Int, CaseIterable, Sendable {
  case epidural
  case intraparenchymal
  case intraventricular
  case subarachnoid
  case subdural

  var label: Label {
    switch self {
    case .epidural: .epidural
    case .intraparenchymal: .intraparenchymal
    case .intraventricular: .intraventricular
    case .subarachnoid: .subarachnoid
    case .subdural: .subdural
    }
  }

  /// Its bit in a slice's blood mask and in the labels of a slice.
  var bit: UInt8 { 1 << UInt8(rawValue) }
}
