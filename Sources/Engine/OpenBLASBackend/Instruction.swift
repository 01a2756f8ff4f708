/// One thing that a compiled network does in a step.
struct Instruction {
  /// What a profile counts it as.
  let kind: String
  /// The node that it belongs to.
  let node: String
  let run: (Memory) -> Void
}

/// When an instruction runs.
enum Phase: Int, CaseIterable {
  /// After the parameters changed, before the next forward pass.
  case prepare
  case forward
  case backward
}
