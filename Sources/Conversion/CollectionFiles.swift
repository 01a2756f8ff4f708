import PipelineContract

/// The paths of a collection's files, relative to its folder and sorted by their bytes, packed.
struct CollectionFiles: Sendable {
  private let paths: PackedStrings
  private let order: [Int32]

  init(_ paths: PackedStrings) {
    self.paths = paths
    order = paths.sorted()
  }

  var count: Int { order.count }

  subscript(index: Int) -> String { paths[Int(order[index])] }
}
