import ContentHashing
import Diagnostics
import Foundation
import Logging
import PipelineConfiguration
import PipelineContract

/// Turns a collection of DICOM files into windowed PNGs in shards, with an index.
///
/// First all headers are read; then shards are converted, except those that are there already: from
/// an interrupted run in the staging folder, or unchanged in the artifact published before.
package enum Converter {
  /// Converts a collection.
  ///
  /// - Parameters:
  ///   - collection: a folder that is searched for DICOM files.
  ///   - staging: the folder to write into. Shards finished in it are kept; the caller vouches that
  ///     they were made with the same parameters and program.
  ///   - previous: a published artifact made with the same parameters and program, from which
  ///     unchanged shards are taken over.
  ///   - maker: the artifact that the collection lies in: its files have to be those of the manifest.
  ///   - memory: the collection's: hashes that it holds are believed, others are added to it. Not used
  ///     where there is a maker, whose files are hashed as they are read.
  ///   - pseudonyms: what replaces identifiers in everything written, as the parameters ask.
  /// - Throws: `IchorError`: `.inputMissing` for a folder that is not there or empty, `.badData` for
  ///   conflicting duplicates, counts other than expected, or no slice at all, `.configuration` for
  ///   parameters; `CancelledBySignal`, after which a further call goes on.
  @discardableResult
  package static func convert(
    collection: URL, _ parameters: ConvertParameters, into staging: URL, previous: URL? = nil,
    madeBy maker: URL? = nil, memory: HashMemory? = nil, pseudonyms: Pseudonyms = .none,
    context: JobContext
  ) throws -> ConversionSummary {
    guard pseudonyms.areUsed == (parameters.pseudonymize != nil) else {
      throw IchorError(
        .internalFault, code: "pseudonyms-differ",
        "the conversion was started without the pseudonyms that its parameters ask for",
        remedy: "Report it.", at: "convert.pseudonymize")
    }
    let recipe = try ConversionRecipe(parameters)
    let made = try maker.map { try ManifestedSources(artifact: $0, collection: collection) }
    let memory = made == nil ? memory : nil
    var summary = ConversionSummary()
    let begin = ContinuousClock.now
    var quirks = QuirkStore()
    let published = previous.flatMap {
      PublishedShards(artifact: $0, sizes: recipe.sizes, logger: context.logger)
    }
    let files = try CollectionFiles(
      in: collection, pseudonyms, remembered: memory?.remembered(),
      checkpoint: context.cancellation.checkpoint)
    let scan = try CollectionScan(of: files, quirks: &quirks, context)
    try made?.checkLeftOut(files, by: scan)
    summary.scanSeconds = begin.duration(to: .now) / .seconds(1)
    context.logger.info(
      "headers read",
      metadata: ["slices": "\(scan.slices.count)", "excluded": "\(scan.excluded)"])
    let shards = ShardStaging(folder: staging, sizes: recipe.sizes)
    try shards.prepare(for: recipe)
    let plan = ShardPlan(scan.slices, shardSlices: recipe.shardSlices)
    let converted = ContinuousClock.now
    defer { try? memory?.flush() }
    try build(
      plan, files, made, shards, published,
      converters: (0..<context.threads).map { _ in
        SliceConverter(
          root: collection, recipe: recipe, memory: memory, pseudonyms: pseudonyms)
      }, context, &summary)
    summary.convertSeconds = converted.duration(to: .now) / .seconds(1)
    var index = CollectionIndex(shards, count: plan.count, quirks: quirks)
    var profile = scan.profile
    try profile.measure(.index) { try index.finish(recipe, &summary) }
    if summary.excluded > 0 {
      context.logger.warning(
        "\(summary.excluded) of \(files.count) files are excluded",
        metadata: ["codes": "\(QuirkTally.words(summary.tally[.excluded]))"])
    }
    summary.profile.add(profile)
    return summary
  }

  private static func build(
    _ plan: ShardPlan, _ collection: CollectionFiles, _ made: ManifestedSources?,
    _ shards: ShardStaging, _ published: PublishedShards?, converters: [SliceConverter],
    _ context: JobContext,
    _ summary: inout ConversionSummary
  ) throws {
    var missing: [(number: Int, slices: Int)] = []
    var done = 0
    for number in 0..<plan.count {
      try context.cancellation.checkpoint()
      let files = plan.files(of: number).map { collection[Int($0)] }
      if try shards.finished(number, sources: files.map(\.source), logger: context.logger) != nil {
        summary.shardsResumed += 1
      } else if let published, published.mayHold(number, files),
        try published.takeOver(number, files, into: shards, converters, context) != nil
      {
        summary.shardsReused += 1
      } else {
        missing.append((number, files.count))
        continue
      }
      done += files.count
      context.progress.report(
        completed: done, total: plan.slices, unit: "slices", detail: "already converted")
    }
    let builder = ShardBuilder(staging: shards, made: made, context: context)
    summary.profile = try builder.build(missing, of: plan, collection, converters, done: done)
    for converter in converters { summary.profile.add(converter.profile) }
    summary.shardsConverted = missing.count
    summary.slicesConverted = plan.slices - done
  }
}
