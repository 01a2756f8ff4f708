import ComputeGraph
import Testing

extension Reference {
  static func globalAveragePooling(_ src: ReferenceTensor) -> ReferenceTensor {
    let channels = src.shape.channels
    var dst = ReferenceTensor(
      batch: src.batch, shape: FeatureShape(channels: channels, height: 1, width: 1))
    for index in dst.values.indices {
      let plane = src.values[index * src.plane..<(index + 1) * src.plane]
      dst.values[index] = plane.reduce(0, +) / Double(src.plane)
    }
    return dst
  }
}

extension BackendConformance {
  @Suite struct GlobalAveragePoolingTests {
    @Test(arguments: TestedBackend.all, [1, 3, 24, 64])
    func forwardAndGradients(backend: TestedBackend, channels: Int) throws {
      for (batch, height, width) in [(2, 5, 7), (1, 4, 4), (3, 1, 1)] {
        var data = ConformanceCase(batch: batch, height: height, width: width)
        let output = data.builder.globalAveragePooling(data.source(channels), name: "tested")
        try data.check(backend, output: output)
      }
    }
  }
}
