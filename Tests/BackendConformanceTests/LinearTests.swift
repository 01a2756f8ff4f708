import ComputeGraph
import Testing

extension Reference {
  static func linear(
    _ src: ReferenceTensor, weights: [Double], bias: [Double], _ shape: FeatureShape
  ) -> ReferenceTensor {
    var dst = ReferenceTensor(batch: src.batch, shape: shape)
    let inputs = src.shape.channels
    for index in dst.values.indices {
      let (sample, output) = (index / shape.channels, index % shape.channels)
      dst.values[index] = (0..<inputs).reduce(bias[output]) {
        $0 + src.values[sample * inputs + $1] * weights[output * inputs + $1]
      }
    }
    return dst
  }
}

extension BackendConformance {
  @Suite struct LinearTests {
    @Test(
      arguments: TestedBackend.all, [(5, 24, 6), (1, 3, 1), (4, 40, 7), (2, 64, 16), (1, 1, 6)])
    func forwardAndGradients(
      backend: TestedBackend, shape: (batch: Int, inputs: Int, outputs: Int)
    ) throws {
      for asConvolution in [false, true] {
        var data = ConformanceCase(batch: shape.batch, height: 1, width: 1)
        let output = data.builder.linear(
          data.source(shape.inputs), name: "tested", outputs: shape.outputs,
          asConvolution: asConvolution)
        try data.check(backend, output: output)
      }
    }

    @Test(arguments: TestedBackend.all)
    func behindGlobalPooling(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let pooled = data.builder.globalAveragePooling(data.source(24), name: "pool")
      try data.check(backend, output: data.builder.linear(pooled, name: "tested", outputs: 6))
    }
  }
}
