/// The six labels of a slice, in the order of every file that Ichor writes.
public enum Label: String, CaseIterable, Codable, Sendable {
  case any
  case epidural
  case intraparenchymal
  case intraventricular
  case subarachnoid
  case subdural
}

/// A set of slices: labelled, or to be predicted.
///
/// It hides `Swift.Collection` in a file that imports this module; write that one in full there.
public enum Collection: String, CaseIterable, Codable, Sendable {
  case train
  case test
}
