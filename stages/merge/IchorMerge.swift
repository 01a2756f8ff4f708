import ArgumentParser
import Diagnostics
import Merging
import StageCommand

@main
struct IchorMerge: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .merge, abstract: "Averages the models, scores them and writes the submission.",
    example: "--config pipeline.yaml --artifacts artifacts --set merge.weights=equal")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.merge, options) { stage in
      let metrics = try MergeStage.merge(
        layout: stage.layout, configuration: stage.configuration, into: stage.staging,
        context: stage.job)
      return StageSummary(
        items: metrics.submitted, unit: "images",
        lines: [
          "submission of \(metrics.submitted) images, \(metrics.fallback) of them by base rates",
          "\(metrics.stamp)held-out loss \(Quantity.fixed(metrics.merged.loss, 4)), constant "
            + "predictor \(Quantity.fixed(metrics.constant.loss, 4)), skill "
            + Quantity.fixed(metrics.skill, 4),
        ])
    }
  }
}
