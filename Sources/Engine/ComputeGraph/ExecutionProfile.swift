/// Where the time of a compiled network went: seconds by kind of operation and by node.
public struct ExecutionProfile: Sendable {
  public struct Place: Hashable, Sendable {
    /// Such as `convolution backward data`.
    public let kind: String
    /// The node of the graph that it was done for; empty for what belongs to none.
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

  /// Over all nodes.
  public var secondsByKind: [String: Double] {
    seconds.reduce(into: [:]) { $0[$1.key.kind, default: 0] += $1.value }
  }
}
