import ComputeGraph
import Testing

extension Reference {
  static func channelSlice(_ src: ReferenceTensor, _ slice: ChannelSlice) -> ReferenceTensor {
    let shape = FeatureShape(
      channels: slice.count, height: src.shape.height, width: src.shape.width)
    var values: [Double] = []
    for sample in 0..<src.batch {
      let start = (sample * src.shape.channels + slice.start) * src.plane
      values += src.values[start..<start + slice.count * src.plane]
    }
    return ReferenceTensor(batch: src.batch, shape: shape, values: values)
  }
}

extension BackendConformance {
  @Suite struct ChannelSliceTests {
    /// The parts come back in another order and under different operations, so that none can be
    /// mistaken for another.
    @Test(
      arguments: TestedBackend.all,
      [[16, 8], [3, 37], [16, 32], [1, 23, 16], [40, 1], [64, 20]])
    func forwardAndGradients(backend: TestedBackend, counts: [Int]) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let source = data.source(counts.reduce(0, +))
      var start = 0
      var parts: [ValueID] = []
      for (index, count) in counts.enumerated() {
        let part = data.builder.channelSlice(
          source, name: "tested\(index)", start: start, count: count)
        parts.append(
          index == 0
            ? data.builder.convolution(part, name: "behind", channels: 24, kernel: 3, padding: 1)
            : data.builder.rectifier(part, name: "relu\(index)"))
        start += count
      }
      let output = data.builder.concatenation(parts.reversed(), name: "join")
      try data.check(backend, output: output)
    }

    /// A value read whole and in slices.
    @Test(arguments: TestedBackend.all)
    func besideTheWhole(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 3, width: 5)
      let source = data.source(40)
      let first = data.builder.channelSlice(source, name: "first", start: 0, count: 24)
      let second = data.builder.channelSlice(source, name: "second", start: 24, count: 16)
      let whole = data.builder.rectifier(source, name: "relu")
      let output = data.builder.concatenation([second, whole, first], name: "join")
      try data.check(backend, output: output)
    }
  }
}
