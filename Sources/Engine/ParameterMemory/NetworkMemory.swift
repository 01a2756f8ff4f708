import ComputeGraph

/// The memory of a compiled network: one block per region, and the address of every buffer.
package final class NetworkMemory {
  /// Size of all regions plus the optimiser's state, which is as large as the parameters and comes
  /// with the first update.
  package let bytes: Int
  private let plan: MemoryPlan
  private let blocks: [UnsafeMutablePointer<Float>]
  private var addresses: [UnsafeMutablePointer<Float>]

  /// - Throws: `configuration` where the memory isn't available, before any of it is allocated.
  package init(_ plan: MemoryPlan, for program: Program) throws {
    let state = program.mode == .training ? plan[.parameters] : 0
    bytes = MemoryRegion.allCases.reduce(state) { $0 + plan[$1] }
    try MemoryCheck.require(bytes, for: program)
    self.plan = plan
    let blocks = MemoryRegion.allCases.map { region in
      let bytes = max(plan[region], 64)
      let count = bytes / MemoryLayout<Float>.stride
      let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
      block.initialize(repeating: 0, count: count)
      return block
    }
    self.blocks = blocks
    addresses = plan.buffers.map {
      blocks[$0.region.rawValue] + $0.offset / MemoryLayout<Float>.stride
    }
  }

  deinit { blocks.forEach { UnsafeMutableRawPointer($0).deallocate() } }

  package subscript(id: BufferID) -> UnsafeMutablePointer<Float> { addresses[id.index] }

  /// Floats in a buffer, if it holds floats.
  package func count(of id: BufferID) -> Int { plan[id].bytes / MemoryLayout<Float>.stride }

  /// The address of a buffer in another block that has the layout of the buffer's region.
  package func address(
    of id: BufferID, in block: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    block + plan[id].offset / MemoryLayout<Float>.stride
  }

  /// Points an external buffer at the caller's memory, which is only read.
  package func place(_ id: BufferID, at data: UnsafePointer<Float>) {
    addresses[id.index] = UnsafeMutablePointer(mutating: data)
  }

  /// The trained parameters and their gradients; this object must outlive the result.
  ///
  /// - Parameter places: the buffer of each of the graph's parameters.
  package func flatParameters(
    of graph: Graph, places: [BufferID], threads: Int
  ) -> FlatParameters {
    FlatParameters(
      weights: blocks[MemoryRegion.parameters.rawValue],
      gradients: blocks[MemoryRegion.gradients.rawValue],
      count: plan[.parameters] / MemoryLayout<Float>.stride,
      extents: zip(graph.parameters, places).filter { $0.0.isTrainable }.map { parameter, id in
        FlatParameters.Extent(
          parameter, offset: plan[id].offset / MemoryLayout<Float>.stride, count: count(of: id))
      }, threads: threads)
  }
}
