import ArgumentParser
import Conversion
import StageCommand

@main
struct IchorConvert: ParsableCommand {
  static let configuration = CommandConfiguration.stage(
    .convert, abstract: "Turns a collection of DICOM files into windowed PNGs in tar shards.",
    example: "--instance train --config pipeline.yaml --artifacts artifacts")

  @OptionGroup var options: StageOptions

  func run() {
    StageRun.execute(.convert, options) { stage in
      let collection = stage.configuration.dicomFolder(stage.collection, in: stage.layout)
      let summary = try Converter.convert(
        collection: collection, stage.configuration.convert, into: stage.staging,
        previous: stage.reusable,
        madeBy: stage.configuration.isSynthetic(stage.collection) ? stage.artifact(.phantom) : nil,
        memory: stage.memory(of: collection), pseudonyms: stage.pseudonyms, context: stage.job)
      return StageSummary(
        items: summary.slicesConverted, unit: "slices",
        lines: [
          "\(summary.slices) slices of \(summary.patients) patients, \(summary.excluded) files "
            + "excluded; shards: \(summary.shardsConverted) converted, "
            + "\(summary.shardsResumed) resumed, \(summary.shardsReused) taken over"
        ] + summary.quirkLines, counts: summary.counts)
    }
  }
}
