import Augmentation
import PipelineConfiguration

extension AugmentationRanges {
  /// What the section `train.MODEL.augment` says.
  package init(_ parameters: AugmentParameters) {
    self.init()
    flip = parameters.flip
    crop = parameters.crop
    if parameters.blur > 0 {
      blur = Blur(
        probability: parameters.blur, gaussian: parameters.blurGaussian,
        average: Self.whole(parameters.blurAverage), median: Self.whole(parameters.blurMedian))
    }
    noise = parameters.noise
    contrast = parameters.contrast
    brightness = parameters.brightness
    scale = parameters.scale
    shift = parameters.shift
    rotation = parameters.rotation
    shear = parameters.shear
    windowCenter = parameters.windowCenter
    windowWidth = parameters.windowWidth
  }

  private static func whole(_ range: ClosedRange<Double>?) -> ClosedRange<Int>? {
    range.map { Int($0.lowerBound)...Int($0.upperBound) }
  }
}
