import Diagnostics
import Foundation
import PipelineConfiguration

/// Any text becomes a configuration whose stages can be wired, or an error.
///
/// What follows a NUL is given as `--set`.
enum YAMLCheck {
  private static let folder = URL(fileURLWithPath: "/nowhere")

  /// The project's own configurations, whole, and a small one with an override.
  static var seeds: [[UInt8]] {
    get throws {
      let small = "train:\n  n: {size: 32, batch: 2, epochs: 1}\n\0train.n.epochs=2"
      let files = ["pipeline.yaml"] + ["rsna2019", "report2019"].map { "recipes/\($0).yaml" }
      return [Array(small.utf8)]
        + (try files.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) })
    }
  }

  static func run(_ bytes: UnsafeRawBufferPointer) {
    let texts = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    do {
      let configuration = try Configuration.parse(
        texts.first ?? "", name: "fuzz.yaml", folder: folder,
        overrides: Array(texts.dropFirst()))
      for instance in configuration.instances {
        _ = configuration.inputs(of: instance)
        _ = try configuration.parameters(for: instance)
      }
    } catch {
      precondition((error as? IchorError)?.message.isEmpty == false, "\(error)")
    }
  }
}
