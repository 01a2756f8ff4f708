import ComputeGraph
import Testing

extension Reference {
  static func rectifier(_ src: ReferenceTensor) -> ReferenceTensor {
    var dst = src
    for index in dst.values.indices { dst.values[index] = max(dst.values[index], 0) }
    return dst
  }
}

extension BackendConformance {
  @Suite struct RectifierTests {
    @Test(arguments: TestedBackend.all, [1, 3, 24, 40])
    func forwardAndGradients(backend: TestedBackend, channels: Int) throws {
      var data = ConformanceCase(batch: 2, height: 5, width: 3)
      let output = data.builder.rectifier(data.source(channels), name: "tested")
      try data.check(backend, output: output)
    }

    /// After pooling nothing absorbs it, not even in inference.
    @Test(arguments: TestedBackend.all)
    func unfused(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 1, height: 5, width: 3)
      let pooled = data.builder.pooling(
        data.source(24), name: "pool", Pooling(.average, kernel: 2, stride: 1))
      try data.check(backend, output: data.builder.rectifier(pooled, name: "tested"))
    }
  }
}
