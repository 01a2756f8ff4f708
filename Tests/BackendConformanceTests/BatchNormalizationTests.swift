import ComputeGraph
import Testing

extension Reference {
  static func batchNormalization(
    _ src: ReferenceTensor, scale: [Double], shift: [Double],
    _ running: inout (mean: [Double], variance: [Double]), _ attributes: BatchNormalization,
    _ mode: Program.Mode
  ) -> ReferenceTensor {
    var dst = src
    let count = Double(src.batch * src.plane)
    let momentum = Double(attributes.momentum)
    for channel in 0..<src.shape.channels {
      let indices = (0..<src.batch).flatMap { sample in
        let start = (sample * src.shape.channels + channel) * src.plane
        return start..<start + src.plane
      }
      var mean = running.mean[channel]
      var variance = running.variance[channel]
      if mode == .training {
        mean = indices.reduce(0) { $0 + src.values[$1] } / count
        variance = indices.reduce(0) { $0 + (src.values[$1] - mean) * (src.values[$1] - mean) }
        variance /= count
        let unbiased = variance * (count > 1 ? count / (count - 1) : 1)
        running.mean[channel] += momentum * (mean - running.mean[channel])
        running.variance[channel] += momentum * (unbiased - running.variance[channel])
      }
      let factor = scale[channel] / (variance + Double(attributes.epsilon)).squareRoot()
      for index in indices {
        dst.values[index] = (src.values[index] - mean) * factor + shift[channel]
      }
    }
    return dst
  }
}

extension BackendConformance {
  @Suite struct BatchNormalizationTests {
    struct Shape: CustomTestStringConvertible {
      let batch: Int
      let channels: Int
      let height: Int
      let width: Int
      var epsilon: Float = 1e-5
      var rectified = false
      var testDescription: String {
        "\(batch)x\(channels)x\(height)x\(width), epsilon \(epsilon)\(rectified ? ", ReLU" : "")"
      }
    }

    static let shapes: [Shape] = [
      .init(batch: 2, channels: 3, height: 5, width: 7),
      .init(batch: 1, channels: 24, height: 5, width: 7, rectified: true),
      .init(batch: 5, channels: 40, height: 1, width: 1),
      .init(batch: 2, channels: 16, height: 4, width: 4, epsilon: 1e-3, rectified: true),
      .init(batch: 4, channels: 1, height: 3, width: 3, rectified: true),
      .init(batch: 3, channels: 40, height: 3, width: 5, rectified: true),
    ]

    /// Also the running statistics, which training moves and inference reads.
    @Test(arguments: TestedBackend.all, shapes)
    func forwardGradientsAndStatistics(backend: TestedBackend, shape: Shape) throws {
      var data = ConformanceCase(batch: shape.batch, height: shape.height, width: shape.width)
      let source = data.source(shape.channels)
      var output = data.builder.batchNormalization(
        source, name: "tested", epsilon: shape.epsilon, momentum: 0.25)
      if shape.rectified { output = data.builder.rectifier(output, name: "relu") }
      try data.check(backend, output: output)
    }

    /// Mean and variance are constants in the backward pass, and stay: `eval()` of one layer. A layer
    /// after it still follows its batch; right after it, without a ReLU between, it would leave no
    /// gradient to compare.
    @Test(arguments: TestedBackend.all, shapes)
    func fixedStatistics(backend: TestedBackend, shape: Shape) throws {
      var data = ConformanceCase(batch: shape.batch, height: shape.height, width: shape.width)
      var output = data.builder.batchNormalization(
        data.source(shape.channels), name: "frozen", epsilon: shape.epsilon, momentum: 0.25)
      if shape.rectified { output = data.builder.rectifier(output, name: "relu") }
      let once = data
      try data.check(backend, output: output, frozen: ["frozen.weight", "frozen.bias"])
      guard shape.rectified else { return }
      data = once
      output = data.builder.batchNormalization(output, name: "follows", momentum: 0.25)
      try data.check(backend, output: output, slack: 3, frozen: ["frozen.weight", "frozen.bias"])
    }

    /// A normalisation of which only the scale is frozen follows its batch.
    @Test func aHalfIsNotFrozen() throws {
      var data = ConformanceCase(batch: 2, height: 2, width: 2)
      let output = data.builder.batchNormalization(data.source(3), name: "tested")
      let graph = data.builder.finish(output: output)
      func fixed(_ names: Set<String>) -> Int {
        graph.fixingStatistics(ofFrozen: names).nodes.count {
          guard case .batchNormalization(let attributes) = $0.operation else { return false }
          return attributes.hasFixedStatistics
        }
      }
      #expect(fixed(["tested.weight"]) == 0 && fixed(["source0.weight"]) == 0)
      #expect(fixed(["tested.weight", "tested.bias"]) == 1)
    }

    /// After anything except a convolution it can't be folded: inference runs the operation itself.
    @Test(arguments: TestedBackend.all, [false, true])
    func unfolded(backend: TestedBackend, rectified: Bool) throws {
      var data = ConformanceCase(batch: 2, height: 5, width: 7)
      let pooled = data.builder.pooling(
        data.source(24), name: "pool", Pooling(.maximum, kernel: 2, stride: 2))
      var output = data.builder.batchNormalization(pooled, name: "tested")
      if rectified { output = data.builder.rectifier(output, name: "relu") }
      try data.check(backend, output: output)
    }

    /// A normalisation right after another makes the shift of the first one idle: its gradient is a
    /// sum of 16,384 terms that cancel to 0. Summed one by one in 32 bits, what is left is 2e-5 of
    /// their size and more, as after DenseNet's stem. What remains here comes from the 32-bit mean of
    /// the forward pass, whose sum the library splits by vector width: 2e-6 with AVX-512, 5e-6 with
    /// AVX2.
    @Test(arguments: TestedBackend.all.filter { $0.precision == .f32 })
    func sumsThatCancel(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 4, channels: 1, height: 64, width: 64)
      var value = data.builder.convolution(
        data.builder.input, name: "conv", channels: 16, kernel: 3, padding: 1)
      value = data.builder.batchNormalization(value, name: "idle")
      value = data.builder.batchNormalization(value, name: "second")
      value = data.builder.rectifier(value, name: "relu")
      value = data.builder.globalAveragePooling(value, name: "pool")
      let output = data.builder.linear(value, name: "fc", outputs: 3)
      let graph = data.builder.finish(output: output)
      let network = try backend.compile(Program(graph, mode: .training, batch: 4))
      try network.load(data.parameters(of: graph))
      _ = try network.forward(data.input)
      try (0..<12).map { Float($0 % 5) - 1.75 }.withUnsafeBufferPointer {
        try network.backward($0, accumulate: false)
      }
      let gradients = try network.gradients()
      let idle = try #require(gradients["idle.bias"]).values
      let second = try #require(gradients["second.bias"]).values
      let size = second.map(abs).max() ?? 0
      #expect(size > 0.01)
      for gradient in idle { #expect(abs(gradient) < 1e-5 * size) }
    }

    /// One element per channel has no variance to speak of; nothing may become NaN.
    @Test(arguments: TestedBackend.all)
    func singleElement(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 1, height: 1, width: 1)
      let output = data.builder.batchNormalization(data.source(3), name: "tested")
      try data.check(backend, output: output)
    }
  }
}
