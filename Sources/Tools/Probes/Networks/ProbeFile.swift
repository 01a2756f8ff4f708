import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import Models
import NetworkStages
import TensorCore
import Vocabulary

/// What a probe runs: a model with its weights, and one batch.
package struct ProbeFile {
  package let graph: Graph
  package let weights: NamedTensors
  /// `[batch, channels, height, width]`.
  package let input: HostTensor
  /// `[batch, classes]`, where the file has them.
  package let targets: HostTensor?
  /// `[classes]`, where the file has them.
  package let classWeights: HostTensor?

  package var batch: Int { input.shape.dims[0] }

  /// Reads both files and looks at every number, as training and prediction do; input channels and classes follow the weights, except for a batch of one
  /// channel, to which weights of three are summed.
  ///
  /// - Throws: `badData` naming the file, the tensor and the rule; `inputMissing` or `inputOutput`
  ///   where a file can't be read; `configuration` where the images are too small.
  package init(
    _ architecture: Architecture, weights weightsFile: URL, input inputFile: URL,
    precision: Precision
  ) throws {
    let stored = try SafeTensors.read(weightsFile).tensors
    let batch = try SafeTensors.read(inputFile).tensors
    func fault(_ code: String, _ message: String, _ remedy: String, _ file: URL) -> IchorError {
      IchorError(
        .badData, code: code, message, remedy: remedy, at: file.path(percentEncoded: false))
    }
    guard let input = batch["input"], input.shape.dims.count == 4, input.shape.elementCount > 0
    else {
      throw fault(
        "input-missing", "There is no tensor “input” of [N, C, H, W]",
        "Store the batch under the name input.", inputFile)
    }
    guard let stem = stored[architecture.stemName]?.shape.dims, stem.count == 4,
      let head = stored[architecture.headName]?.shape.dims, let classes = head.first
    else {
      throw fault(
        "weights-mismatch",
        "There is no “\(architecture.stemName)” or no “\(architecture.headName)”",
        "Give weights of \(architecture.rawValue) with timm's names.", weightsFile)
    }
    let dims = input.shape.dims
    guard dims[1] == stem[1] || (dims[1] == 1 && stem[1] == 3) else {
      throw fault(
        "input-channels", "“input” has \(dims[1]) channels, the weights take \(stem[1])",
        "Give the batch as many channels as the first convolution, or one for three.", inputFile)
    }
    graph = try architecture.graph(
      channels: dims[1], height: dims[2], width: dims[3], classes: classes)
    weights = architecture.adaptingStem(of: stored, to: graph)
    try NetworkWeights.require(weights, for: graph, file: weightsFile, precision: precision)
    try batch.requireFinite(file: inputFile)
    self.input = input
    targets = batch["targets"]
    classWeights = batch["class_weights"]
    if let targets, targets.shape.dims != [dims[0], classes] {
      throw fault(
        "targets-shape", "“targets” is \(targets.shape), not [\(dims[0]), \(classes)]",
        "Give one row of classes per sample.", inputFile)
    }
    if let classWeights {
      guard classWeights.shape.dims == [classes],
        classWeights.values.allSatisfy({ $0 >= 0 && $0.isFinite }),
        classWeights.values.contains(where: { $0 > 0 })
      else {
        throw fault(
          "class-weights", "“class_weights” is not \(classes) weights of which one is positive",
          "Give one weight per class, none of them negative.", inputFile)
      }
    }
  }
}
