import ArgumentParser
import BackendChoice
import NetworkStages
import PipelineContract
import StageCommand
import Vocabulary

@main
struct IchorTrain: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .train, abstract: "Trains one model on the converted slices of the training folds.",
    example: "--instance resnet50 --set train.resnet50.epochs=8")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.train, options) { stage in
      let name = stage.instance.instance ?? ""
      guard let parameters = stage.configuration.train[name] else {
        preconditionFailure("the instance was checked before")
      }
      let compute = stage.configuration.compute.backend
      let backend = compute.backend(threads: stage.job.threads)
      let outcome = try TrainStage(
        name, parameters: parameters, configuration: stage.configuration,
        convert: stage.artifact(.convert, .train), split: stage.artifact(.split),
        into: stage.staging, earlier: stage.earlier,
        precision: PrecisionSetting(
          stage.precision,
          chooser: PrecisionChooser(
            backend, library: compute.libraryVersion, threads: stage.job.threads),
          record: stage.choosePrecision), context: stage.job
      ).run(on: backend)
      let summary: TrainStage.Summary
      switch outcome {
      case .finished(let finished): summary = finished
      case .stopped(let position):
        throw StoppedAsConfigured(
          key: "train.stop_after", seconds: stage.configuration.trainStopAfter ?? 0,
          at: "\(position)")
      }
      return StageSummary(
        items: summary.images, unit: "images",
        lines: [
          "\(summary.stamp)\(name): best validation loss \(summary.kept.validationLoss), of epoch "
            + "\(summary.kept.epoch) of \(summary.epochs), chosen by \(summary.kept.monitor.rawValue) "
            + "\(summary.kept.score); constant predictor \(summary.floor)"
            + summary.stoppedAfter.map { "; stopped early after epoch \($0)" }.joined()
        ] + (summary.sampling.sentence.map { ["\(name): \($0)"] } ?? []),
        versions: BackendName.libraryVersions)
    }
  }
}
