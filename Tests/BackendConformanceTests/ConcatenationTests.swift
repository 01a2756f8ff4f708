import ComputeGraph
import Testing

extension Reference {
  static func concatenation(
    _ sources: [ReferenceTensor], _ shape: FeatureShape
  ) -> ReferenceTensor {
    let batch = sources[0].batch
    var values: [Double] = []
    for sample in 0..<batch {
      for source in sources {
        let count = source.shape.elementCount
        values += source.values[sample * count..<(sample + 1) * count]
      }
    }
    return ReferenceTensor(batch: batch, shape: shape, values: values)
  }
}

extension BackendConformance {
  @Suite struct ConcatenationTests {
    @Test(
      arguments: TestedBackend.all,
      [[3, 24, 40], [16, 32], [1, 1], [16, 8], [40, 16, 3], [64, 32, 32, 32]])
    func forwardAndGradients(backend: TestedBackend, channels: [Int]) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let sources = channels.map { data.source($0) }
      try data.check(backend, output: data.builder.concatenation(sources, name: "tested"))
    }

    /// The convolution after it reads it in a layout of its own choice.
    @Test(arguments: TestedBackend.all, [[3, 24, 40], [16, 48], [64, 32]])
    func beforeAConvolution(backend: TestedBackend, channels: [Int]) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let sources = channels.map { data.source($0) }
      let joined = data.builder.concatenation(sources, name: "tested")
      let output = data.builder.convolution(
        joined, name: "behind", channels: 24, kernel: 3, padding: 1)
      try data.check(backend, output: output)
    }

    /// One value twice: its gradient is the sum of two ranges.
    @Test(arguments: TestedBackend.all)
    func ofAValueWithItself(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let source = data.source(24)
      let output = data.builder.concatenation([source, data.source(3), source], name: "tested")
      try data.check(backend, output: output)
    }
  }
}
