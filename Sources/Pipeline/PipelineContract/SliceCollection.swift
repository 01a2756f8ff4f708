/// A set of slices: labelled, or to be predicted.
package enum SliceCollection: String, CaseIterable, Codable, Sendable {
  case train
  case test
}
