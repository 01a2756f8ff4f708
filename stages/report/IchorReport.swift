import ArgumentParser
import Reporting
import StageCommand

@main
struct IchorReport: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .report, abstract: "Writes one self-contained HTML page about the whole run.",
    example: "--config pipeline.yaml --artifacts artifacts --set report.slices=12")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.report, options) { stage in
      let summary = try Report.write(
        stage.layout, stage.configuration, into: stage.staging, context: stage.job)
      return StageSummary(
        items: summary.pictures, unit: "pictures",
        lines: ["a page of \(summary.bytes) bytes with \(summary.pictures) pictures"])
    }
  }
}
