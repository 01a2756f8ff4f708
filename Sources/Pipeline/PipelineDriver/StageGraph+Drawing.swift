import PipelineContract

extension StageGraph {
  package enum Format: String, CaseIterable, Sendable {
    case mermaid
    case dot
  }

  /// The graph as text for a drawing program; an arrow points from what is read to its reader.
  package func drawn(as format: Format) -> String {
    var lines: [String] = []
    switch format {
    case .mermaid: lines.append("flowchart LR")
    case .dot: lines += ["digraph ichor {", "  rankdir=LR;", "  node [shape=box];"]
    }
    for instance in instances {
      switch format {
      case .mermaid: lines.append("  \(identifier(instance))[\"\(instance)\"]")
      case .dot: lines.append("  \"\(instance)\";")
      }
    }
    for instance in instances {
      for source in dependencies(of: instance) {
        switch format {
        case .mermaid: lines.append("  \(identifier(source)) --> \(identifier(instance))")
        case .dot: lines.append("  \"\(source)\" -> \"\(instance)\";")
        }
      }
    }
    if format == .dot { lines.append("}") }
    return lines.joined(separator: "\n")
  }

  /// Mermaid allows no slash in an identifier and reserves some words.
  private func identifier(_ instance: StageInstance) -> String {
    "n\(instances.firstIndex(of: instance) ?? 0)"
  }
}
