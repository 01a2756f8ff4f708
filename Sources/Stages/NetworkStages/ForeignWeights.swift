import Checkpoints
import ComputeGraph
import Diagnostics
import Foundation
import Logging
import OperatingSystem
import PipelineContract
import TensorCore
import Vocabulary

/// A file of weights that somebody else may have written, with names as other programs have them.
struct ForeignWeights {
  let file: URL
  let logger: Logger

  /// What wrappers of a network put before every name: PyTorch's `DataParallel`, Lightning's modules,
  /// `torch.compile`.
  private static let prefixes = ["module.", "model.", "_orig_mod."]

  private var name: String { file.lastPathComponent }
  private var path: String { file.path(percentEncoded: false) }

  /// The file's tensors under timm's names, as far as they can be recognised; what is changed is said.
  ///
  /// - Throws: `IchorError(.badData)` for a file of PyTorch's own format, a training's checkpoint, and
  ///   what `SafeTensors.read` refuses.
  func read() throws -> NamedTensors {
    try refusePyTorchFile()
    let content = try SafeTensors.read(file)
    if TrainingCheckpoint.holdsTraining(content) {
      throw IchorError(
        .badData, code: "weights-of-a-checkpoint",
        "\(name) is the checkpoint of a training, with the optimiser's state and the average of weights",
        remedy: "Give \(ArtifactLayout.Train.best), which lies beside it.", at: path)
    }
    return withUsualNames(content.tensors)
  }

  /// - Throws: `IchorError(.badData)` where a tensor is missing, which is shown beside the one in the
  ///   file that resembles it, or where the weights are not of this network.
  func require(_ weights: NamedTensors, for graph: Graph, precision: Precision) throws {
    try NetworkWeights.require(weights, for: graph, file: file, precision: precision) {
      NearestName.nearest(to: $0, in: $1)
    }
  }

  private func withUsualNames(_ tensors: NamedTensors) -> NamedTensors {
    var names = tensors.names
    var stripped = ""
    while let prefix = Self.prefixes.first(where: { prefix in
      !names.isEmpty && names.allSatisfy { $0.hasPrefix(prefix) }
    }) {
      names = names.map { String($0.dropFirst(prefix.count)) }
      stripped += prefix
    }
    if !stripped.isEmpty {
      logger.notice("“\(stripped)” is taken off the names of \(name)")
    }
    // torchvision's DenseNets until 2017, whose files are still about: norm.1 for norm1.
    let mended = names.map { name in
      name.replacing(/\.(norm|conv)\.([12])\./) { ".\($0.1)\($0.2)." }
    }
    if mended != names {
      logger.notice("\(name) has the names of old DenseNets, such as norm.1 for norm1")
    }
    // Two names may have become one; the file is then left as it is, and refused for what it lacks.
    guard Set(mended).count == mended.count else { return tensors }
    return NamedTensors(zip(mended, tensors.map(\.tensor)))
  }

  /// PyTorch's `save` writes a ZIP archive, its older versions a pickle.
  private func refusePyTorchFile() throws {
    var head = [UInt8](repeating: 0, count: 4)
    let count: Int
    do {
      count = try head.withUnsafeMutableBytes { try OpenFile(path, O_RDONLY).read(into: $0) }
    } catch {
      throw IchorError(reading: path, error)
    }
    let isArchive = head == [0x50, 0x4B, 0x03, 0x04]
    let isPickle = head[0] == 0x80 && (2...5).contains(head[1])
    guard count == 4, isArchive || isPickle else { return }
    throw IchorError(
      .badData, code: "weights-of-pytorch",
      "\(name) is a file of PyTorch's own format, which holds a program, not only numbers",
      remedy: """
        Convert it to safetensors in Python: “import torch, safetensors.torch” and \
        “safetensors.torch.save_file(torch.load("\(name)", map_location="cpu", weights_only=True), \
        "\(file.deletingPathExtension().lastPathComponent).safetensors")”. Where the file holds more than \
        weights, take its ["state_dict"] or ["model"].
        """, at: path)
  }
}
