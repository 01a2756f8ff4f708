import ArgumentParser
import Phantom
import StageCommand

@main
struct IchorPhantom: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .phantom, abstract: "Makes synthetic head CT: DICOM files of two collections, with labels.",
    example: "--config pipeline.yaml --artifacts artifacts --set phantom.train_patients=12")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.phantom, options) { stage in
      let summary = try PhantomGenerator.generate(
        stage.configuration.phantom, into: stage.staging, context: stage.job)
      let positives = (summary.trainPositives[.any] ?? 0) + (summary.testPositives[.any] ?? 0)
      return StageSummary(
        items: summary.slices, unit: "slices",
        lines: [
          "\(summary.slices) slices of \(summary.patients) patients, "
            + "\(positives) slices with a haemorrhage"
        ])
    }
  }
}
