/// When an instruction of a compiled network runs.
package enum ExecutionPhase: Int, CaseIterable, Sendable {
  /// After the parameters have changed, before the next forward pass.
  case prepare
  case forward
  case backward
}

/// A program as a backend lowers it: its instructions by phase, and the buffers that they touch.
///
/// `Action` is whatever the backend does in one instruction.
package struct LoweredProgram<Action> {
  package struct Instruction {
    /// The kind under which a profile counts it.
    package let kind: String
    /// The node that it belongs to; empty where it belongs to none.
    package let node: String
    package let action: Action
  }

  private var buffers: [PlannedBuffer] = []
  private var instructions = [[Instruction]](
    repeating: [], count: ExecutionPhase.allCases.count)
  private var sizes = [Int](repeating: 0, count: MemoryRegion.allCases.count)
  private var phase = ExecutionPhase.forward
  /// Position in the program, counting up over forward and backward.
  private var position = 0
  private var node = ""
  /// Whether appended instructions run when the parameters have changed, not in the present step.
  package var isPreparing = false

  package init() {}

  package subscript(phase: ExecutionPhase) -> [Instruction] { instructions[phase.rawValue] }

  /// Begins the next step of the program: what follows belongs to it.
  package mutating func begin(_ step: Program.Step, of graph: Graph) {
    position += 1
    switch step {
    case .forward(let index): (phase, node) = (.forward, graph.nodes[index].name)
    case .backward(let index, _, _): (phase, node) = (.backward, graph.nodes[index].name)
    case .gradientSum, .gradientConcatenation: (phase, node) = (.backward, "")
    }
  }

  private var now: Int { isPreparing ? 0 : position }

  /// A new buffer; in the arena it lives while instructions touch it.
  package mutating func allocate(_ bytes: Int, in region: MemoryRegion) -> BufferID {
    var offset = 0
    if region != .arena && region != .external {
      offset = sizes[region.rawValue]
      // Whole cache lines: two threads never write to the same one.
      sizes[region.rawValue] += (bytes + 63) / 64 * 64
    }
    buffers.append(PlannedBuffer(region: region, bytes: bytes, offset: offset, steps: now...now))
    return BufferID(index: buffers.count - 1)
  }

  /// Appends an instruction that reads or writes the buffers `touched`.
  package mutating func append(_ kind: String, _ action: Action, touching touched: [BufferID]) {
    touch(touched)
    let phase = isPreparing ? .prepare : phase
    instructions[phase.rawValue].append(Instruction(kind: kind, node: node, action: action))
  }

  /// Keeps buffers alive up to the present step.
  package mutating func touch(_ touched: [BufferID]) {
    for id in touched {
      let steps = buffers[id.index].steps
      buffers[id.index].steps = min(steps.lowerBound, now)...max(steps.upperBound, now)
    }
  }

  /// Where every buffer lies, once all steps are lowered.
  package var memoryPlan: MemoryPlan { MemoryPlan(buffers, sizes: sizes) }
}
