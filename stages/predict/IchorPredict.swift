import ArgumentParser
import BackendChoice
import NetworkStages
import StageCommand
import Vocabulary

@main
struct IchorPredict: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .predict, abstract: "Predicts six probabilities per slice with one trained model.",
    example: "--instance resnet50 --set predict.batch=16")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.predict, options) { stage in
      let compute = stage.configuration.compute.backend
      let backend = compute.backend(threads: stage.job.threads)
      let summary = try PredictStage(
        inputs: PredictStage.Inputs(
          model: stage.artifact(.train, stage.instance.instance),
          convertTrain: stage.artifact(.convert, .train),
          convertTest: stage.artifact(.convert, .test), split: stage.artifact(.split)),
        configuration: stage.configuration, into: stage.staging,
        precision: PrecisionSetting(
          stage.precision,
          chooser: PrecisionChooser(
            backend, library: compute.libraryVersion, threads: stage.job.threads),
          record: stage.choosePrecision), context: stage.job
      ).run(on: backend)
      return StageSummary(
        items: summary.validation + summary.test, unit: "slices",
        lines: ["\(summary.validation) held-out and \(summary.test) test slices"],
        versions: BackendName.libraryVersions)
    }
  }
}
