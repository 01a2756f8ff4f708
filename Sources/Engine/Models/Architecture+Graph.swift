import ComputeGraph
import Diagnostics
import Vocabulary

extension Architecture {
  /// The parameter whose second extent is the number of input channels.
  package var stemName: String {
    switch self {
    case .resnet18, .resnet50: "conv1.weight"
    case .densenet121: "features.conv0.weight"
    case .dpn92: "features.conv1_1.conv.weight"
    }
  }

  /// The parameter whose first extent is the number of classes.
  package var headName: String {
    switch self {
    case .resnet18, .resnet50: "fc.weight"
    case .densenet121, .dpn92: "classifier.weight"
    }
  }

  /// The smallest height and width of an input.
  ///
  /// Padding lets every layer of a residual or dual path network take a single pixel. DenseNet's
  /// transitions have none: the three of them need 8 pixels after a stem that divides by 4.
  public var smallestExtent: Int {
    switch self {
    case .resnet18, .resnet50, .dpn92: 1
    case .densenet121: 29
    }
  }

  /// The model as a graph over samples of `[channels, height, width]`, to `classes` logits.
  ///
  /// - Throws: `configuration` where the input is smaller than `smallestExtent` or has no channel,
  ///   or where there is no class.
  public func graph(channels: Int, height: Int, width: Int, classes: Int) throws -> Graph {
    guard min(height, width) >= smallestExtent, channels > 0, classes > 0 else {
      throw IchorError(
        .configuration, code: "input-too-small",
        "\(rawValue) can't map \(channels) channels of \(height)x\(width) to \(classes) classes",
        remedy:
          "Give at least one channel and class, and \(smallestExtent)x\(smallestExtent) pixels."
      )
    }
    var builder = GraphBuilder(
      name: rawValue, input: FeatureShape(channels: channels, height: height, width: width))
    let output =
      switch self {
      case .resnet18: ResNet.resnet18.build(&builder, classes: classes)
      case .resnet50: ResNet.resnet50.build(&builder, classes: classes)
      case .densenet121: DenseNet.densenet121.build(&builder, classes: classes)
      case .dpn92: DualPathNetwork.dpn92.build(&builder, classes: classes)
      }
    return builder.finish(output: output)
  }
}
