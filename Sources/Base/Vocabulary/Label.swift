/// The six labels of a slice, in the order of every file that Ichor writes.
public enum Label: String, CaseIterable, Codable, Sendable {
  case any
  case epidural
  case intraparenchymal
  case intraventricular
  case subarachnoid
  case subdural
}
