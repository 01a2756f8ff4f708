import ArgumentParser
import Augmentation
import CTImaging
import Diagnostics
import Foundation
import NetworkStages
import PipelineConfiguration
import Probes
import Vocabulary

/// `ichor-probe augment`: what training may make of one slice.
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment", abstract: "Draws a contact sheet of one slice, augmented at random.",
    discussion: """
      The first picture is the slice as it is. Without --config every kind of augmentation is on, in
      the ranges of the report of 2019; with it, those of the section train.MODEL.augment.

      Example: ichor-probe augment --artifact artifacts/convert/train --output sheet.png
      """)

  @Option(help: "A converted collection.") var artifact: String
  @Option(help: "The slice's ID; default: the one whose file is the longest.") var id: String?
  @Option(help: "Edge length of the pictures, one of those that were converted.") var size = 224
  @Option(help: "Number of augmented pictures.") var count = 23
  @Option(help: "The seed of the random numbers.") var seed: UInt64 = 1
  @Option(help: "Where the sheet goes, as PNG.") var output: String
  @Option(help: "A configuration file.") var config: String?
  @Option(help: "Which of its networks; default: the first.") var model: String?
  @Option(help: "Where the collection holds HU: one or three windows, with commas between them.")
  var windows = "\(PictureContent.windows(ConvertParameters.usualWindows))"

  func validate() throws {
    let sizes = PictureSize.allowed
    if !sizes.contains(size) || !(1...399).contains(count) {
      throw ValidationError(
        "--size must be \(sizes.lowerBound) to \(sizes.upperBound), and --count 1 to 399")
    }
  }

  func run() throws {
    let sheet = AugmentationSheet(
      artifact: URL(filePath: artifact), size: size, windows: try shownWindows())
    let png = try sheet.png(
      id: id, count: count, augmentation: RandomAugmentation(try ranges(), seed: seed))
    do {
      try Data(png).write(to: URL(filePath: output))
    } catch {
      throw IchorError(writing: output, error)
    }
  }

  private func shownWindows() throws -> [Window] {
    switch try PictureContent(argument: windows) {
    case .windows(let names): return names.map { Window($0) }
    case .hounsfieldUnits:
      throw IchorError(
        .usage, code: "windows-count", "A sheet shows windows, and \(windows) is not one",
        remedy: "Give --windows one name, or three with commas between them.")
    }
  }

  private func ranges() throws -> AugmentationRanges {
    guard let config else { return .report2019 }
    let configuration = try Configuration.load(file: URL(filePath: config))
    let name = model ?? configuration.trainOrder.first ?? ""
    guard let network = configuration.train[name] else {
      throw IchorError(
        .usage, code: "model-unknown", "\(config) has no network “\(name)”",
        remedy: "Use one of \(configuration.trainOrder.joined(separator: ", ")).")
    }
    return AugmentationRanges(network.augment)
  }
}
