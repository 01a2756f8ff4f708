import ComputeGraph
import Testing

extension Reference {
  static func pooling(
    _ src: ReferenceTensor, _ pooling: Pooling, _ shape: FeatureShape
  ) -> ReferenceTensor {
    var dst = ReferenceTensor(batch: src.batch, shape: shape)
    for index in dst.values.indices {
      let x = index % shape.width * pooling.stride - pooling.padding
      let y = index / shape.width % shape.height * pooling.stride - pooling.padding
      let plane = index / dst.plane * src.plane
      var seen: [Double] = []
      for row in max(y, 0)..<min(y + pooling.kernel, src.shape.height) {
        for column in max(x, 0)..<min(x + pooling.kernel, src.shape.width) {
          seen.append(src.values[plane + row * src.shape.width + column])
        }
      }
      switch pooling.kind {
      case .maximum: dst.values[index] = seen.max() ?? .nan
      case .average: dst.values[index] = seen.reduce(0, +) / Double(seen.count)
      }
    }
    return dst
  }
}

extension BackendConformance {
  @Suite struct PoolingTests {
    static let windows: [Pooling] = [.maximum, .average].flatMap { kind in
      [
        Pooling(kind, kernel: 3, stride: 2, padding: 1), Pooling(kind, kernel: 2, stride: 2),
        Pooling(kind, kernel: 3, stride: 1, padding: 1), Pooling(kind, kernel: 4, stride: 3),
      ]
    }

    @Test(arguments: TestedBackend.all, windows)
    func forwardAndGradients(backend: TestedBackend, window: Pooling) throws {
      for (batch, channels) in [(2, 3), (1, 24), (2, 40), (1, 1), (1, 64)] {
        var data = ConformanceCase(batch: batch, height: 5, width: 7)
        let output = data.builder.pooling(data.source(channels), name: "tested", window)
        try data.check(backend, output: output)
      }
    }

    /// Among equal values the first takes the whole gradient, row by row.
    @Test(arguments: TestedBackend.all, [3, 32])
    func tiesGoToTheFirst(backend: TestedBackend, channels: Int) throws {
      var data = ConformanceCase(batch: 1, height: 4, width: 4)
      let output = data.builder.pooling(
        data.source(channels), name: "tested", Pooling(.maximum, kernel: 2, stride: 2))
      let graph = data.builder.finish(output: output)
      var parameters = data.parameters(of: graph)
      parameters["source0.weight"]?.values = Array(repeating: 1.5, count: channels * 16)
      let step = try NetworkStep(
        data, Program(graph, mode: .training, batch: 1), parameters,
        seed: (0..<channels * 4).map { Float($0 % 4 + 1) }, on: backend)
      let plane: [Float] = [1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]
      let expected = (0..<channels).flatMap { _ in plane }
      #expect(step.gradients["source0.weight"]?.values == expected)
    }
  }
}
