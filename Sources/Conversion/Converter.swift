import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import PipelineContract
import SliceShards

/// Turns a collection of DICOM files into windowed PNGs in shards, with an index.
///
/// First all headers are read; then shards are converted, those apart that are there already: from
/// an interrupted run in the staging folder, or unchanged in the artifact published before.
public enum Converter {
  /// Converts a collection.
  ///
  /// - Parameters:
  ///   - collection: a folder that is searched for DICOM files.
  ///   - staging: the folder to write into. Shards finished in it are kept; the caller vouches that
  ///     they were made with the same parameters and program.
  ///   - previous: a published artifact made with the same parameters and program, from which
  ///     unchanged shards are taken over.
  ///   - memory: of the collection: hashes that it holds are believed, others are added to it.
  /// - Throws: `IchorError`: `.inputMissing` for a folder that is not there or empty, `.badData` for
  ///   conflicting duplicates, counts other than expected, or no slice at all, `.configuration` for
  ///   parameters; `CancelledBySignal`, after which a further call goes on.
  @discardableResult
  public static func convert(
    collection: URL, _ parameters: ConvertParameters, into staging: URL, previous: URL? = nil,
    memory: HashMemory? = nil, context: JobContext
  ) throws -> ConversionSummary {
    let recipe = try ConversionRecipe(parameters)
    var summary = ConversionSummary()
    let begin = ContinuousClock.now
    var scan = try CollectionScan(collection, context)
    summary.scanSeconds = begin.duration(to: .now) / .seconds(1)
    context.logger.info(
      "headers read",
      metadata: ["slices": "\(scan.slices.count)", "excluded": "\(scan.excluded.count)"])
    let shards = ShardStaging(folder: staging, sizes: recipe.sizes)
    try shards.prepare(for: recipe)
    let total = scan.slices.count
    let plan = ShardPlan(scan.takeSlices(), shardSlices: recipe.shardSlices)
    let converted = ContinuousClock.now
    defer { try? memory?.flush() }
    try build(
      plan, shards, previous: previous, total: total,
      converters: (0..<context.threads).map { _ in
        SliceConverter(root: collection, recipe: recipe, memory: memory)
      }, context, &summary)
    summary.convertSeconds = converted.duration(to: .now) / .seconds(1)
    var index = CollectionIndex(shards, count: plan.shards.count, excluded: scan.excluded)
    var profile = scan.profile
    try profile.measure(.index) { try index.finish(recipe, &summary) }
    summary.profile.add(profile)
    return summary
  }

  private static func build(
    _ plan: ShardPlan, _ shards: ShardStaging, previous: URL?, total: Int,
    converters: [SliceConverter], _ context: JobContext, _ summary: inout ConversionSummary
  ) throws {
    let published = previous.flatMap { PublishedShards(artifact: $0, sizes: shards.sizes) }
    var missing: [(number: Int, files: [String])] = []
    var done = 0
    for (number, files) in plan.shards.enumerated() {
      try context.cancellation.checkpoint()
      if shards.finished(number, files: files) != nil {
        summary.shardsResumed += 1
      } else if let published, published.mayHold(number, files),
        try published.takeOver(number, files, into: shards, converters, context) != nil
      {
        summary.shardsReused += 1
      } else {
        missing.append((number, files))
        continue
      }
      done += files.count
      context.progress.report(
        completed: done, total: total, unit: "slices", detail: "already converted")
    }
    let builder = ShardBuilder(staging: shards, context: context)
    summary.profile = try builder.build(missing, converters, total: total, done: done)
    for converter in converters { summary.profile.add(converter.profile) }
    summary.shardsConverted = missing.count
    summary.slicesConverted = total - done
  }
}
