/// The six labels of a slice, in the order of every file that Ichor writes.
public enum Label: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  case any
  case epidural
  case intraparenchymal
  case intraventricular
  case subarachnoid
  case subdural

  /// Its place in the order of the labels, from 0.
  public var place: Int {
    switch self {
    case .any: 0
    case .epidural: 1
    case .intraparenchymal: 2
    case .intraventricular: 3
    case .subarachnoid: 4
    case .subdural: 5
    }
  }
}
