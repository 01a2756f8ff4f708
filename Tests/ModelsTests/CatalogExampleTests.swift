import ComputeGraph
import Models
import OneDNNBackend
import OracleWeights
import TensorCore
import Testing
import Vocabulary

/// One step of gradient descent with ResNet-18, on two pictures of 32x32 in three channels.
func trained(
  _ weights: NamedTensors, images: [Float], lossGradient: ([Float]) -> [Float]
) throws -> NamedTensors {
  let graph = try Architecture.resnet18.graph(channels: 3, height: 32, width: 32, classes: 6)
  let program = Program(graph, mode: .training, batch: 2)
  let network = try OneDNN(threads: 2).compile(program, precision: .f32)
  try network.load(weights)
  var logits = [Float](repeating: 0, count: 2 * 6)
  try images.withUnsafeBufferPointer { images in
    try logits.withUnsafeMutableBufferPointer { try network.forward(images, logits: $0) }
  }
  try lossGradient(logits).withUnsafeBufferPointer {
    try network.backward($0, accumulate: false)
  }
  try network.update(UpdateRule(.sgd(nesterov: false), rate: 0.01, momentum: 0.9))
  return try network.parameters()
}

/// The example of ComputeGraph's landing page.
@Suite struct CatalogExampleTests {
  /// The bias of the last layer adds to every logit, so that its gradient is the sum of theirs over
  /// the batch, and the first step takes a hundredth of it away.
  @Test func stepsDownTheGradient() throws {
    let graph = try Architecture.resnet18.graph(channels: 3, height: 32, width: 32, classes: 6)
    let model = ModelCase(architecture: .resnet18, channels: 3)
    let weights = model.weights(graph)
    let images = OracleWeights.tensor(name: "images", shape: [2, 3, 32, 32], range: -1...1).values
    let gradients = (0..<12).map { Float($0) - 4 }
    let after = try trained(weights, images: images) { logits in
      #expect(logits.allSatisfy { $0.isFinite } && Set(logits).count > 6)
      return gradients
    }
    let start = try #require(weights["fc.bias"]?.values)
    let end = try #require(after["fc.bias"]?.values)
    for output in 0..<6 {
      let expected = start[output] - 0.01 * (gradients[output] + gradients[output + 6])
      #expect(abs(end[output] - expected) < 1e-6)
    }
    #expect(after["conv1.weight"] != weights["conv1.weight"])
  }
}
