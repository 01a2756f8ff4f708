import ArtifactTables
import Diagnostics
import Foundation
import SliceShards

/// Converts the files of the shards that are missing and publishes each when it is complete.
///
/// Threads share the slices of one shard rather than one taking a shard each: a small collection
/// keeps all of them busy, an interruption loses one shard, and memory doesn't grow with the shard.
struct ShardBuilder {
  let staging: ShardStaging
  /// Where the collection is one that a stage made.
  let made: ManifestedSources?
  let context: JobContext

  /// - Parameters:
  ///   - shards: the numbers of those to build, ascending, and how many slices each has.
  ///   - converters: one for each thread.
  ///   - done: slices of the whole collection that are done already, for the progress.
  func build(
    _ shards: [(number: Int, slices: Int)], of plan: ShardPlan, _ collection: CollectionFiles,
    _ converters: [SliceConverter], done: Int
  ) throws -> ConversionProfile {
    var profile = ConversionProfile()
    var open = OpenShard(staging: staging)
    var current = 0
    // Shards without files, at any place in the list, are complete as soon as their turn comes.
    func finishComplete() throws {
      while current < shards.count, open.taken == shards[current].slices {
        try profile.measure(.tar) { try open.finish(shards[current].number) }
        current += 1
      }
    }
    try finishComplete()
    var files = shards.lazy.flatMap { plan.files(of: $0.number) }.makeIterator()
    let (cancellation, made) = (context.cancellation, made)
    try OrderedWork.run(
      workers: converters, next: { files.next().map { collection[Int($0)] } },
      work: { converter, file in
        try cancellation.checkpoint()
        let outcome = try converter.convert(file)
        try made?.check(file, outcome)
        return outcome
      },
      take: { index, outcome in
        try profile.measure(.tar) { try open.take(outcome, shard: shards[current].number) }
        try finishComplete()
        context.progress.report(
          completed: done + index + 1, total: plan.slices, unit: "slices",
          detail: "shard \(min(current + 1, shards.count)) of \(shards.count)")
      })
    return profile
  }
}

/// The shard that is being written.
private struct OpenShard {
  let staging: ShardStaging
  private(set) var taken = 0
  private var writers: [TarWriter] = []
  private var slices: [SliceRow] = []
  private var quirks: [QuirkRow] = []

  init(staging: ShardStaging) { self.staging = staging }

  mutating func take(_ outcome: SliceConverter.Outcome, shard number: Int) throws {
    taken += 1
    switch outcome {
    case .excluded(let quirk): quirks.append(quirk)
    case .converted(var row, let pngs, let odd):
      if writers.isEmpty {
        writers = try staging.sizes.map {
          try TarWriter(file: staging.unfinished($0, number))
        }
      }
      row.shard = number
      row.extents = try zip(writers, pngs).map { writer, png in
        try png.withUnsafeBytes { try writer.append($0, name: "\(row.id).png") }
      }
      slices.append(row)
      quirks.append(contentsOf: odd)
    }
  }

  mutating func finish(_ number: Int) throws {
    for writer in writers { try writer.finish() }
    try staging.publish(number, ShardStaging.Rows(slices: slices, quirks: quirks))
    self = OpenShard(staging: staging)
  }
}
