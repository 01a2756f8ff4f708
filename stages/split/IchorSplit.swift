import ArgumentParser
import Splitting
import StageCommand

@main
struct IchorSplit: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .split, abstract: "Labels the converted slices and deals their patients into folds.",
    example: "--config pipeline.yaml --artifacts artifacts --set split.fold=1")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.split, options) { stage in
      let summary = try SplitStage.split(
        convertDirectory: stage.artifact(.convert, .train),
        labels: stage.configuration.labelsFile(in: stage.layout),
        parameters: stage.configuration.split, unlabelled: stage.configuration.labels.unlabelled,
        into: stage.staging, context: stage.job)
      let heldOut = summary.folds[summary.heldOutFold]
      return StageSummary(
        items: summary.total.slices, unit: "slices",
        lines: [
          "\(summary.total.slices) slices of \(summary.total.patients) patients in "
            + "\(summary.folds.count) folds; held out: \(heldOut.slices) slices of "
            + "\(heldOut.patients) patients"
        ])
    }
  }
}
