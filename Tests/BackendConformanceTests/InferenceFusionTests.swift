import ComputeGraph
import Testing

extension BackendConformance {
  /// What inference merges into a convolution, against the reference, which merges nothing.
  @Suite struct InferenceFusionTests {
    private func nodes(_ data: ConformanceCase, _ output: ValueID) -> Int {
      Program(data.builder.finish(output: output), mode: .inference, batch: 1).graph.nodes.count
    }

    @Test(arguments: TestedBackend.all, [false, true])
    func batchNormalizationAndReLU(backend: TestedBackend, rectified: Bool) throws {
      for (inputs, outputs, groups) in [(3, 24, 1), (24, 40, 1), (32, 32, 8)] {
        var data = ConformanceCase(batch: 2, height: 5, width: 7)
        let filtered = data.builder.convolution(
          data.source(inputs), name: "conv", channels: outputs, kernel: 3, stride: 2, padding: 1,
          groups: groups)
        var output = data.builder.batchNormalization(filtered, name: "bn")
        if rectified { output = data.builder.rectifier(output, name: "relu") }
        #expect(nodes(data, output) == 2)
        try data.checkFused(backend, output: output)
      }
    }

    /// A residual that nobody reads afterwards may be overwritten; one that is read later may not.
    @Test(arguments: TestedBackend.all, [(24, false), (24, true), (32, false), (32, true)])
    func residual(backend: TestedBackend, shape: (channels: Int, isReadAgain: Bool)) throws {
      let channels = shape.channels
      var data = ConformanceCase(batch: 2, height: 5, width: 7)
      let shortcut = data.source(channels)
      let filtered = data.builder.convolution(
        data.source(16), name: "conv", channels: channels, kernel: 3, padding: 1)
      let normalized = data.builder.batchNormalization(filtered, name: "bn")
      let sum = data.builder.addition(normalized, shortcut, name: "sum")
      var output = data.builder.rectifier(sum, name: "relu")
      #expect(nodes(data, output) == 3)
      if shape.isReadAgain {
        output = data.builder.concatenation([output, shortcut], name: "join")
      }
      try data.checkFused(backend, output: output)
    }

    /// The convolution reads the very value that it adds: it may not overwrite it while reading.
    @Test(arguments: TestedBackend.all, [1, 3])
    func residualOfTheSource(backend: TestedBackend, kernel: Int) throws {
      var data = ConformanceCase(batch: 2, height: 5, width: 7)
      let source = data.source(32)
      let filtered = data.builder.convolution(
        source, name: "conv", channels: 32, kernel: kernel, padding: kernel / 2)
      let normalized = data.builder.batchNormalization(filtered, name: "bn")
      let sum = data.builder.addition(normalized, source, name: "sum")
      try data.checkFused(backend, output: data.builder.rectifier(sum, name: "relu"))
    }

    /// A residual whose slices were copied, then overwritten by the sum, whose slices are copied:
    /// the second copies are not the first.
    @Test(arguments: TestedBackend.all)
    func residualWithCopies(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 5, width: 7)
      let source = data.source(32)
      func slices(_ value: ValueID, _ name: String) -> [ValueID] {
        [(0, 3), (3, 29)].map { start, count in
          data.builder.channelSlice(value, name: "\(name)\(start)", start: start, count: count)
        }
      }
      let early = slices(source, "early")
      let filtered = data.builder.convolution(
        data.source(16), name: "conv", channels: 32, kernel: 3, padding: 1)
      let normalized = data.builder.batchNormalization(filtered, name: "bn")
      let sum = data.builder.addition(normalized, source, name: "sum")
      let late = slices(data.builder.rectifier(sum, name: "relu"), "late")
      let output = data.builder.concatenation(
        [late[1], early[0], late[0], early[1]], name: "join")
      try data.checkFused(backend, output: output)
    }

    /// Two folded convolutions meet: one of them takes the sum in.
    @Test(arguments: TestedBackend.all)
    func downsampledResidual(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 5, width: 7)
      let source = data.source(24)
      func branch(_ name: String, kernel: Int) -> ValueID {
        let filtered = data.builder.convolution(
          source, name: name, channels: 40, kernel: kernel, stride: 2, padding: kernel / 2)
        return data.builder.batchNormalization(filtered, name: "\(name).bn")
      }
      let sum = data.builder.addition(
        branch("main", kernel: 3), branch("side", kernel: 1), name: "sum")
      let output = data.builder.rectifier(sum, name: "relu")
      #expect(nodes(data, output) == 3)
      try data.checkFused(backend, output: output)
    }
  }
}

extension ConformanceCase {
  /// Training in bf16 rounds a value across ReLU's corner now and then, where the gradient jumps:
  /// only inference is compared there.
  fileprivate mutating func checkFused(_ backend: TestedBackend, output: ValueID) throws {
    try check(
      backend, output: output, slack: 2,
      modes: backend.precision == .f32 ? [.training, .inference] : [.inference])
  }
}
