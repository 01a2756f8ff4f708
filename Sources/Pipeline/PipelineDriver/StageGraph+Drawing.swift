import PipelineContract

extension StageGraph {
  package enum Format: String, CaseIterable, Sendable {
    case mermaid
    case dot
  }

  /// The graph as text for a drawing program; an arrow points from what is read to its reader.
  ///
  /// - Parameter statuses: what gives the instances their colors and a second line; none for the plain
  ///   graph.
  package func drawn(as format: Format, statuses: [InstanceStatus] = []) -> String {
    let states = Dictionary(
      statuses.map { ($0.instance, $0.state) }, uniquingKeysWith: { first, _ in first })
    var lines: [String] = []
    switch format {
    case .mermaid: lines.append("flowchart LR")
    case .dot: lines += ["digraph ichor {", "  rankdir=LR;", "  node [shape=box];"]
    }
    lines += instances.map { node($0, states[$0], format) }
    for instance in instances {
      for source in dependencies(of: instance) {
        switch format {
        case .mermaid: lines.append("  \(identifier(source)) --> \(identifier(instance))")
        case .dot: lines.append("  \"\(source)\" -> \"\(instance)\";")
        }
      }
    }
    switch format {
    case .mermaid:
      for state in InstanceStatus.State.allCases where states.values.contains(state) {
        lines.append("  classDef \(state.rawValue) fill:\(state.color),color:#000")
      }
    case .dot: lines.append("}")
    }
    return lines.joined(separator: "\n")
  }

  private func node(
    _ instance: StageInstance, _ state: InstanceStatus.State?, _ format: Format
  ) -> String {
    switch (format, state) {
    case (.mermaid, nil): "  \(identifier(instance))[\"\(instance)\"]"
    case (.mermaid, let state?):
      "  \(identifier(instance))[\"\(instance)<br>\(state.rawValue)\"]:::\(state.rawValue)"
    case (.dot, nil): "  \"\(instance)\";"
    case (.dot, let state?):
      "  \"\(instance)\" [label=\"\(instance)\\n\(state.rawValue)\", style=filled, "
        + "fillcolor=\"\(state.color)\"];"
    }
  }

  /// Mermaid allows no slash in an identifier and reserves some words.
  private func identifier(_ instance: StageInstance) -> String {
    "n\(instances.firstIndex(of: instance) ?? 0)"
  }
}

extension InstanceStatus.State {
  /// Light enough for black letters.
  fileprivate var color: String {
    switch self {
    case .fresh: "#b5e3b5"
    case .stale: "#ffe08a"
    case .incomplete: "#fbc78d"
    case .missing: "#e4e4e4"
    case .failed: "#f5a3a3"
    case .running: "#a8d3f7"
    }
  }
}
