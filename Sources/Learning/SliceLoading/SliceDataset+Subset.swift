extension SliceDataset {
  /// Some of the slices, in the order given.
  ///
  /// - Precondition: every index is that of a slice.
  package func subset(_ indices: [Int]) -> SliceDataset {
    SliceDataset(
      source: ChosenSlices(source: source, indices: indices), ids: indices.map { ids[$0] },
      labels: labels.map { labels in
        indices.flatMap { labels[($0 * classes)..<(($0 + 1) * classes)] }
      }, classes: classes, windows: windows)
  }
}

private struct ChosenSlices: SliceSource {
  let source: any SliceSource
  let indices: [Int]
  var count: Int { indices.count }

  func readPNG(at index: Int, into bytes: inout [UInt8]) throws {
    try source.readPNG(at: indices[index], into: &bytes)
  }
}
