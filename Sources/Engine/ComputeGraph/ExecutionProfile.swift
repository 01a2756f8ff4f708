/// Where a compiled network has spent its time: seconds by kind of operation and by node.
public struct ExecutionProfile: Sendable {
  public struct Place: Hashable, Sendable {
    /// The kind of operation, such as `convolution backward data`.
    public let kind: String
    /// The node of the graph that the time was spent on; empty where it belongs to none.
    public let node: String

    package init(kind: String, node: String) {
      self.kind = kind
      self.node = node
    }
  }

  public private(set) var seconds: [Place: Double] = [:]

  package init() {}

  package var isEmpty: Bool { seconds.isEmpty }

  package mutating func add(_ seconds: Double, to kind: String, node: String = "") {
    self.seconds[Place(kind: kind, node: node), default: 0] += seconds
  }

  /// Seconds by kind of operation, summed over all nodes.
  public var secondsByKind: [String: Double] {
    seconds.reduce(into: [:]) { $0[$1.key.kind, default: 0] += $1.value }
  }
}
