import Foundation
import PipelineConfiguration
import PipelineContract
import Vocabulary

/// What instances that never ran will take: items from the configuration and the data, times from what was
/// measured on this machine, sizes from what the files hold.
///
/// Rules of thumb are marked so, with what they were read off: the phantom of `pipeline.yaml`, seed 1, and
/// 752,803 + 121,232 files of 16 x 16, on two cores of an AMD Zen 4.
extension RunEstimates {
  private static let unknown = RunEstimate(items: nil, unit: nil, rate: nil, bytes: nil)

  /// Slices of a synthetic patient: 24 to 40, 29.8 on average.
  private static let slicesPerPatient = 29.8

  func firstRun(of instance: StageInstance, resumes: Bool) throws -> RunEstimate {
    switch instance.stage {
    case .phantom: firstPhantom()
    case .convert: try firstConversion(instance)
    case .split: firstTable(collection(.train), perSecond: 13_000, bytes: 55)
    case .train: try firstTraining(instance, resumes: resumes)
    case .predict: firstPrediction(instance)
    case .merge: firstTable(collection(.test), perSecond: 5000, bytes: 240)
    case .report: RunEstimate(items: 1, unit: "page", rate: 2, bytes: 2.7e6)
    }
  }

  private func collection(_ collection: SliceCollection) -> Double? {
    slices[StageInstance(.convert, collection)]
  }

  /// By rule of thumb.
  private func firstTable(_ slices: Double?, perSecond: Double, bytes: Double) -> RunEstimate {
    RunEstimate(
      items: slices, unit: "slices", rate: perSecond, bytes: slices.map { $0 * bytes + 1e4 })
  }

  // MARK: Collections

  private func firstPhantom() -> RunEstimate {
    let phantom = pipeline.configuration.phantom
    let slices = Double(phantom.trainPatients + phantom.testPatients) * Self.slicesPerPatient
    let rates = speeds.rates(like: .phantom(threads: threads))
    return RunEstimate(
      items: slices, unit: "slices", rate: rates?[MeasuredSpeeds.slicesPerSecond],
      bytes: slices * (512 * 512 * 2 + 1024))
  }

  private func firstConversion(_ instance: StageInstance) throws -> RunEstimate {
    let isSynthetic = pipeline.configuration.inputs(of: instance).contains {
      if case .artifact = $0 { true } else { false }
    }
    if slices[instance] == nil, isSynthetic {
      let phantom = pipeline.configuration.phantom
      let isTest = instance.instance == SliceCollection.test.rawValue
      slices[instance] =
        Double(isTest ? phantom.testPatients : phantom.trainPatients) * Self.slicesPerPatient
    }
    let rates = speeds.rates(
      like: .convert(threads: threads, pictures: pipeline.configuration.pictures(of: instance)))
    return RunEstimate(
      items: slices[instance], unit: "slices", rate: rates?[MeasuredSpeeds.slicesPerSecond],
      bytes: slices[instance].flatMap { slices in
        rates?[MeasuredSpeeds.bytesPerSlice].map { slices * $0 }
      })
  }

  // MARK: Networks

  private func firstTraining(_ instance: StageInstance, resumes: Bool) throws -> RunEstimate {
    guard let parameters = pipeline.configuration.train[instance.instance ?? ""] else {
      return Self.unknown
    }
    let bytes = Self.checkpointBytes(of: parameters)
    guard let slices = collection(.train) else {
      return RunEstimate(items: nil, unit: nil, rate: nil, bytes: bytes)
    }
    let heldOut = slices / Double(pipeline.configuration.split.folds)
    let step = Double(parameters.batch * parameters.accumulate)
    // A weighted sampler draws from about as many, by the share of positives that RSNA 2019 has.
    let sampler = parameters.sampler
    let kept =
      sampler.kind == .epochs ? 1 : 0.143 * sampler.keepPositive + 0.857 * sampler.keepNegative
    let steps =
      parameters.stepsPerEpoch.map(Double.init)
      ?? ((slices - heldOut) * kept / step)
      .rounded(.down)
    let epochs = Double(parameters.totalEpochs)
    let left = resumes ? 1 - (try finishedShare(of: instance, parameters)) : 1
    let images = epochs * steps * step * left
    var rate: Double?
    if let train = speed(of: parameters, .train), let predict = speed(of: parameters, .predict) {
      rate = images / max(1, images / train + epochs * left * heldOut / predict)
    }
    return RunEstimate(items: images, unit: "images", rate: rate, bytes: bytes)
  }

  private func firstPrediction(_ instance: StageInstance) -> RunEstimate {
    guard let parameters = pipeline.configuration.train[instance.instance ?? ""],
      let train = collection(.train), let test = collection(.test)
    else { return Self.unknown }
    let slices = train / Double(pipeline.configuration.split.folds) + test
    let rate = speed(of: parameters, .predict).map { slices / (slices / $0 + 1) }
    return RunEstimate(items: slices, unit: "slices", rate: rate, bytes: slices * 80)
  }

  /// Images per second in the format that the configuration asks for.
  private func speed(of parameters: TrainParameters, _ stage: Stage) -> Double? {
    let configuration = pipeline.configuration
    let isTraining = stage == .train
    let rates = speeds.rates(
      like: MeasuredSpeeds.Subject(
        threads: threads, backend: configuration.compute.backend.rawValue, library: "",
        task: stage.rawValue, model: parameters.model.rawValue,
        channels: parameters.shownWindows(of: configuration.convert).count,
        size: parameters.size,
        batch: isTraining ? parameters.batch : configuration.predict.batch))
    let wanted = configuration.compute.precision
    // On a processor without bf16 it is f32 whatever is asked for.
    return wanted == .auto
      ? rates?.values.max() : rates?[wanted.rawValue] ?? rates?[Precision.f32.rawValue]
  }

  /// `best` and `last.safetensors`: the weights, and the weights with their average and the optimiser's
  /// running sums.
  private static func checkpointBytes(of parameters: TrainParameters) -> Double {
    // With six classes and batch statistics, in millions.
    let weights: Double =
      switch parameters.model {
      case .resnet18: 11.2
      case .resnet50: 23.6
      case .densenet121: 7.04
      case .dpn92: 35.1
      }
    let sums = parameters.phases.last?.optimizer == .rmsprop ? 2.0 : 1
    return weights * 4e6 * (2 + sums + (parameters.emaDecay == nil ? 0 : 1))
  }
}
