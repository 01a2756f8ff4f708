import ComputeGraph
import Diagnostics

/// The networks that Ichor knows, by timm's names.
public enum Architecture: String, Sendable, CaseIterable {
  case resnet18
  case resnet50

  /// The smallest height and width of an input.
  public static let smallestExtent = 32

  /// The model as a graph over samples of `[channels, height, width]`, to `classes` logits.
  ///
  /// - Throws: `IchorError` where the input is smaller than the network's stride of 32.
  public func graph(channels: Int, height: Int, width: Int, classes: Int) throws -> Graph {
    guard min(height, width) >= Self.smallestExtent, channels > 0, classes > 0 else {
      throw IchorError(
        .configuration, code: "input-too-small",
        "\(rawValue) can't take \(channels) channels of \(height)x\(width) to \(classes) classes",
        remedy: "give at least one channel and class, and "
          + "\(Self.smallestExtent)x\(Self.smallestExtent) pixels")
    }
    var builder = GraphBuilder(
      name: rawValue, input: FeatureShape(channels: channels, height: height, width: width))
    let output =
      switch self {
      case .resnet18: ResNet.resnet18.build(&builder, classes: classes)
      case .resnet50: ResNet.resnet50.build(&builder, classes: classes)
      }
    return builder.finish(output: output)
  }
}
