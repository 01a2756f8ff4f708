import ComputeGraph
import Testing

extension BackendConformance {
  /// Values read by several nodes, as the three families of networks have them: their gradients
  /// are sums.
  @Suite struct ManyConsumersTests {
    /// Two residual blocks, one after the other (ResNet).
    @Test(arguments: TestedBackend.all)
    func residualBlocks(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 4, width: 5)
      var value = data.source(24)
      for block in 0..<2 {
        let filtered = data.builder.convolution(
          value, name: "conv\(block)", channels: 24, kernel: 3, padding: 1)
        let normalized = data.builder.batchNormalization(filtered, name: "bn\(block)")
        let sum = data.builder.addition(normalized, value, name: "sum\(block)")
        value = data.builder.rectifier(sum, name: "relu\(block)")
      }
      try data.checkChain(backend, output: value)
    }

    /// Every layer reads the outputs of all before it (DenseNet).
    @Test(arguments: TestedBackend.all)
    func denseBlock(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 4, width: 5)
      var features = [data.source(24)]
      for layer in 0..<3 {
        let joined =
          layer == 0
          ? features[0] : data.builder.concatenation(features, name: "join\(layer)")
        let normalized = data.builder.batchNormalization(joined, name: "bn\(layer)")
        let active = data.builder.rectifier(normalized, name: "relu\(layer)")
        features.append(
          data.builder.convolution(
            active, name: "conv\(layer)", channels: 12, kernel: 3, padding: 1))
      }
      try data.checkChain(
        backend, output: data.builder.concatenation(features, name: "join"))
    }

    /// A residual part that is added and a dense part that grows, both cut from each block's
    /// output, with grouped convolutions (DPN).
    @Test(arguments: TestedBackend.all)
    func dualPathBlocks(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 4, width: 5)
      var residual = data.source(40)
      var dense = data.source(12)
      for block in 0..<2 {
        let joined = data.builder.concatenation([residual, dense], name: "join\(block)")
        let normalized = data.builder.batchNormalization(joined, name: "bn\(block)")
        let active = data.builder.rectifier(normalized, name: "relu\(block)")
        let narrow = data.builder.convolution(
          active, name: "narrow\(block)", channels: 24, kernel: 1)
        let grouped = data.builder.convolution(
          narrow, name: "grouped\(block)", channels: 24, kernel: 3, padding: 1, groups: 8)
        let wide = data.builder.convolution(
          grouped, name: "wide\(block)", channels: 44, kernel: 1)
        let added = data.builder.channelSlice(wide, name: "added\(block)", start: 0, count: 40)
        let grown = data.builder.channelSlice(wide, name: "grown\(block)", start: 40, count: 4)
        residual = data.builder.addition(residual, added, name: "sum\(block)")
        dense = data.builder.concatenation([dense, grown], name: "grow\(block)")
      }
      try data.checkChain(
        backend, output: data.builder.concatenation([residual, dense], name: "join"))
    }

    /// Four readers of one value, one of them through pooling.
    @Test(arguments: TestedBackend.all)
    func fourReaders(backend: TestedBackend) throws {
      var data = ConformanceCase(batch: 2, height: 4, width: 5)
      let source = data.source(24)
      let pooled = data.builder.pooling(
        source, name: "pool", Pooling(.average, kernel: 3, stride: 1, padding: 1))
      let filtered = data.builder.convolution(source, name: "conv", channels: 24, kernel: 1)
      let active = data.builder.rectifier(source, name: "relu")
      let sum = data.builder.addition(
        data.builder.addition(pooled, filtered, name: "sum0"),
        data.builder.addition(active, source, name: "sum1"), name: "sum2")
      try data.check(backend, output: sum, slack: 2)
    }
  }
}

extension ConformanceCase {
  /// A chain long enough for bf16 to round a value across ReLU's corner, where the gradient jumps:
  /// there only its forward pass is compared.
  fileprivate mutating func checkChain(_ backend: TestedBackend, output: ValueID) throws {
    try check(
      backend, output: output, slack: 5,
      modes: backend.precision == .f32 ? [.training, .inference] : [.inference])
  }
}
