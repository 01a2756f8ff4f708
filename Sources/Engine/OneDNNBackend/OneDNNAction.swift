import ParameterMemory

/// What a compiled network does in one instruction.
enum OneDNNAction {
  case primitive(Primitive, [(Role, Tensor)])
  case host(any HostAction)
}

/// What the library has no primitive for: a loop of our own, between its primitives.
protocol HostAction {
  func run(on memory: NetworkMemory, threads: Int)
}
