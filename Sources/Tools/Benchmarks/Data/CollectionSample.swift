import Foundation
import PipelineConfiguration
import Phantom
import PipelineContract
import Diagnostics
import Logging

/// Some slices of what a configuration will convert, in a folder of their own.
struct CollectionSample {
  static let most = 48

  let folder: URL
  /// Slices per second of the phantom, where they are synthetic.
  let phantomRate: Double?

  /// - Throws: `IchorError` where files can't be read or written.
  init(of source: URL?, into folder: URL, context: JobContext) throws {
    self.folder = folder
    guard let source else {
      var phantom = PhantomParameters()
      (phantom.trainPatients, phantom.testPatients) = (2, 1)
      let begun = ContinuousClock.now
      let summary = try PhantomGenerator.generate(phantom, into: folder, context: context)
      phantomRate = Double(summary.slices) / (begun.duration(to: .now) / .seconds(1))
      return
    }
    phantomRate = nil
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = FileManager.default.enumerator(
      at: source, includingPropertiesForKeys: [.isRegularFileKey])
    var count = 0
    while count < Self.most, let file = files?.nextObject() as? URL {
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      try FileManager.default.copyItem(
        at: file, to: folder.appendingPathComponent("\(count)-\(file.lastPathComponent)"))
      count += 1
    }
  }
}
