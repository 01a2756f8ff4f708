import ComputeGraph
import Testing

extension Reference {
  /// `dst[n, o, y, x] = bias[o] + sum src[n, c, y s + i - p, x s + j - p] weights[o, c, i, j]`.
  static func convolution(
    _ src: ReferenceTensor, weights: [Double], bias: [Double]?, kernel: Int,
    _ attributes: Convolution, _ shape: FeatureShape
  ) -> ReferenceTensor {
    var dst = ReferenceTensor(batch: src.batch, shape: shape)
    let inputs = src.shape.channels / attributes.groups
    let outputs = shape.channels / attributes.groups
    let (height, width) = (src.shape.height, src.shape.width)
    // Scatters from every non-zero source: one-hot inputs then cost next to nothing.
    src.values.withUnsafeBufferPointer { source in
      weights.withUnsafeBufferPointer { weights in
        dst.values.withUnsafeMutableBufferPointer { target in
          var index = 0
          while index < source.count {
            let value = source[index]
            let flat = index
            index += 1
            if value == 0 { continue }
            let (column, row) = (flat % width, flat / width % height)
            let channel = flat / (width * height) % src.shape.channels
            let sample = flat / (width * height) / src.shape.channels
            let group = channel / inputs
            for i in 0..<kernel {
              let above = row + attributes.padding - i
              if above < 0 || above % attributes.stride != 0 { continue }
              let y = above / attributes.stride
              if y >= shape.height { continue }
              for j in 0..<kernel {
                let left = column + attributes.padding - j
                if left < 0 || left % attributes.stride != 0 { continue }
                let x = left / attributes.stride
                if x >= shape.width { continue }
                var o = group * outputs
                let end = o + outputs
                while o < end {
                  let weight = weights[((o * inputs + channel % inputs) * kernel + i) * kernel + j]
                  target[((sample * shape.channels + o) * shape.height + y) * shape.width + x] +=
                    value * weight
                  o += 1
                }
              }
            }
          }
        }
      }
    }
    if let bias {
      for index in dst.values.indices {
        dst.values[index] += bias[index / dst.plane % shape.channels]
      }
    }
    return dst
  }
}

struct ConvolutionShape: CustomTestStringConvertible {
  var batch = 2
  var inputs: Int
  var outputs: Int
  var kernel = 3
  var stride = 1
  var padding = 1
  var groups = 1
  var bias = false
  var height = 5
  var width = 7

  var testDescription: String {
    "\(batch)x\(inputs)x\(height)x\(width) to \(outputs), kernel \(kernel), stride \(stride), "
      + "padding \(padding), groups \(groups)\(bias ? ", bias" : "")"
  }

  static let all: [ConvolutionShape] = [
    .init(inputs: 3, outputs: 24),
    .init(batch: 1, inputs: 1, outputs: 16, kernel: 7, stride: 2, padding: 3, height: 9, width: 11),
    .init(inputs: 24, outputs: 40, stride: 2),
    .init(inputs: 40, outputs: 24, kernel: 1, padding: 0, bias: true),
    .init(batch: 3, inputs: 16, outputs: 32, kernel: 1, stride: 2, padding: 0, height: 7),
    .init(batch: 1, inputs: 24, outputs: 24, groups: 8, height: 6, width: 5),
    .init(inputs: 24, outputs: 48, stride: 2, groups: 4, bias: true, height: 7, width: 5),
    .init(inputs: 32, outputs: 32, groups: 32, height: 5, width: 5),
    .init(inputs: 96, outputs: 96, stride: 2, groups: 32, height: 4, width: 4),
    .init(batch: 1, inputs: 3, outputs: 5, kernel: 5, stride: 3, padding: 2, bias: true, height: 8),
    .init(batch: 3, inputs: 24, outputs: 3, kernel: 2, stride: 2, padding: 0),
    .init(inputs: 1, outputs: 1, height: 1, width: 4),
  ]
}

extension BackendConformance {
  @Suite struct ConvolutionTests {
    @Test(arguments: TestedBackend.all, ConvolutionShape.all)
    func forwardAndGradients(backend: TestedBackend, shape: ConvolutionShape) throws {
      var data = ConformanceCase(batch: shape.batch, height: shape.height, width: shape.width)
      let source = data.source(shape.inputs)
      let output = data.builder.convolution(
        source, name: "tested", channels: shape.outputs, kernel: shape.kernel,
        stride: shape.stride, padding: shape.padding, groups: shape.groups, bias: shape.bias)
      try data.check(backend, output: output)
    }

    /// Not at all, in part, to the width of the measured choice, and into one.
    @Test(arguments: TestedBackend.all.dropFirst(), [1, 6, 48, 1000])
    func mergedGroups(backend: TestedBackend, channels: Int) throws {
      var data = ConformanceCase(batch: 2, height: 5, width: 4)
      let source = data.source(96)
      let output = data.builder.convolution(
        source, name: "tested", channels: 96, kernel: 3, stride: 2, padding: 1, groups: 32)
      try data.check(backend.merging(to: channels), output: output)
    }

    /// A network's first convolution reads the caller's memory and has no gradient by its source.
    @Test(arguments: TestedBackend.all, [1, 2, 3])
    func ofTheInput(backend: TestedBackend, channels: Int) throws {
      var data = ConformanceCase(batch: 2, channels: channels, height: 11, width: 9)
      let output = data.builder.convolution(
        data.builder.input, name: "tested", channels: 24, kernel: 7, stride: 2, padding: 3)
      try data.check(backend, output: output)
    }
  }
}
