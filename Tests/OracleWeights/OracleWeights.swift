import TensorCore

/// Weights that Swift and Python both make from a formula, so that no weight file is committed.
///
/// Element `index` of the tensor called `name` has u = (SplitMix64(FNV1a64(name) + index) >> 11)
/// * 2^-53 in [0, 1) and the value lower + u * (upper - lower), computed in double precision and
/// rounded to float32. The Python side is Tests/Oracles/oracle_weights.py.
public enum OracleWeights {
  /// One element of the tensor called `name`.
  public static func value(name: String, index: Int, range: ClosedRange<Double>) -> Float {
    value(state: hash(name) &+ UInt64(truncatingIfNeeded: index), range: range)
  }

  /// The whole tensor called `name`, row-major.
  public static func tensor(
    name: String, shape: Shape, range: ClosedRange<Double>
  ) -> HostTensor {
    let start = hash(name)
    let values = (0..<shape.elementCount).map { index in
      value(state: start &+ UInt64(truncatingIfNeeded: index), range: range)
    }
    return HostTensor(shape: shape, values: values)
  }

  /// The input images of a fixture: tensor `input`, uniform in ±1, [batch, channels, size, size].
  public static func input(batch: Int, channels: Int, size: Int) -> HostTensor {
    tensor(name: "input", shape: [batch, channels, size, size], range: -1...1)
  }

  /// Parameters and running statistics for every name and shape of a model's state dict.
  ///
  /// A batch norm is known by its running mean. Convolution and linear weights are uniform in
  /// ±sqrt(3 / fan-in), batch-norm weights and variances in 0.5...1.5, biases and means of batch
  /// norm in ±0.2, other biases in ±0.1; `num_batches_tracked` is 0.
  public static func stateDictionary(shapes: [(name: String, shape: Shape)]) -> NamedTensors {
    let names = Set(shapes.map(\.name))
    return NamedTensors(
      shapes.map { name, shape in
        if name.hasSuffix("num_batches_tracked") {
          return (name, HostTensor(shape: shape, repeating: 0))
        }
        return (name, tensor(name: name, shape: shape, range: range(name, shape, names)))
      })
  }

  /// The range of one parameter or running statistic among a model's `names`.
  public static func range(
    _ name: String, _ shape: Shape, _ names: Set<String>
  ) -> ClosedRange<Double> {
    let dot = name.lastIndex(of: ".")
    let kind = dot.map { String(name[name.index(after: $0)...]) } ?? name
    let prefix = dot.map { String(name[..<$0]) } ?? ""
    if kind == "running_mean" { return -0.2...0.2 }
    if kind == "running_var" { return 0.5...1.5 }
    if names.contains("\(prefix).running_mean") {
      return kind == "weight" ? 0.5...1.5 : -0.2...0.2
    }
    if kind == "weight" {
      let fanIn = shape.dims.dropFirst().reduce(1, *)
      let limit = (3 / Double(fanIn)).squareRoot()
      return -limit...limit
    }
    return -0.1...0.1
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ name: String) -> UInt64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return value
  }

  /// SplitMix64 of `state`, mapped to the range.
  private static func value(state: UInt64, range: ClosedRange<Double>) -> Float {
    var z = state &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    let unit = Double(z >> 11) * 0x1p-53
    return Float(range.lowerBound + unit * (range.upperBound - range.lowerBound))
  }
}
