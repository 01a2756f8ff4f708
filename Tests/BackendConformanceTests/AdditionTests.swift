import ComputeGraph
import Testing

extension Reference {
  static func addition(_ first: ReferenceTensor, _ second: ReferenceTensor) -> ReferenceTensor {
    var dst = first
    for index in dst.values.indices { dst.values[index] += second.values[index] }
    return dst
  }
}

extension BackendConformance {
  @Suite struct AdditionTests {
    @Test(arguments: TestedBackend.all, [3, 24, 32])
    func forwardAndGradients(backend: TestedBackend, channels: Int) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let output = data.builder.addition(
        data.source(channels), data.source(channels), name: "tested")
      try data.check(backend, output: output)
    }

    @Test(arguments: TestedBackend.all, [1, 40])
    func rectified(backend: TestedBackend, channels: Int) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let sum = data.builder.addition(
        data.source(channels), data.source(channels), name: "tested")
      try data.check(backend, output: data.builder.rectifier(sum, name: "relu"))
    }

    /// Both gradients go to one value.
    @Test(arguments: TestedBackend.all)
    func ofAValueToItself(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let source = data.source(24)
      let sum = data.builder.addition(source, source, name: "tested")
      try data.check(backend, output: data.builder.rectifier(sum, name: "relu"))
    }
  }
}
