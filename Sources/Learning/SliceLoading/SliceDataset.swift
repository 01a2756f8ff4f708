import CTImaging

/// Slices with their IDs and, for training, their labels; the three go by one index.
package struct SliceDataset: Sendable {
  package let source: any SliceSource
  /// The names that errors use for the slices.
  package let ids: [String]
  /// Row-major [slices, classes], each 0 or 1; `nil` where unlabelled.
  package let labels: [Float]?
  package let classes: Int
  /// What the channels show of slices that hold Hounsfield units, one window per channel; `nil`
  /// where the slices are pictures of 8 bits.
  package let windows: [Window]?

  /// - Precondition: one ID per slice and, where there are labels, `classes` of them per slice.
  package init(
    source: any SliceSource, ids: [String], labels: [Float]? = nil, classes: Int = 6,
    windows: [Window]? = nil
  ) {
    precondition(
      source.count == ids.count, "\(source.count) slices came with \(ids.count) IDs")
    precondition(
      labels.map { $0.count == ids.count * classes } ?? true,
      "\(ids.count) slices of \(classes) classes came with \(labels?.count ?? 0) labels")
    self.source = source
    self.ids = ids
    self.labels = labels
    self.classes = classes
    self.windows = windows
  }

  package var count: Int { ids.count }
}
