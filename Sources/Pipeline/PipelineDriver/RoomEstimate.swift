import ContentHashing
import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract

/// How much a planned run will write, against what is free on the file systems it writes to.
package struct RoomEstimate {
  private struct Place {
    let folder: String
    let available: Int
    // Numbers with a floating point, as those of a damaged record must not trap in a sum.

    /// Whether anything is known of what it is to take.
    var isKnown = false
    /// More than is there now, at the fullest moment: what a run replaces is freed only after it is
    /// published, and not at all where it is kept.
    var needed = 0.0
    /// What was written so far, and what each artifact that is replaced gives back, in their order.
    var written = 0.0
    var freed: [Double] = []

    var text: String { Quantity.size(Int(min(needed, 9e18))) }

    mutating func add(_ bytes: Double, replacing old: Double, jobs: Int) {
      isKnown = true
      written += bytes
      // The last of those that run side by side may still be writing.
      let certain = freed.dropLast(jobs - 1).reduce(0, +)
      needed = max(needed, written - certain)
      freed.append(old)
    }
  }

  private var places: [Place] = []
  private var unknown: [StageInstance] = []

  /// - Parameter jobs: how many instances run side by side.
  package init(_ plan: RunPlan, in pipeline: Pipeline, jobs: Int = 1) {
    let layout = pipeline.layout
    let own = FileSystem(holding: layout.root.path)?.identifier
    var systems: [UInt64] = []
    for entry in plan.entries where entry.runs {
      let staging = layout.staging(entry.instance)
      guard let system = FileSystem(holding: staging.path) else { continue }
      let index = systems.firstIndex(of: system.identifier) ?? systems.count
      if index == systems.count {
        systems.append(system.identifier)
        // The folder of a stage, where it is a link to another disk.
        let folder = system.identifier == own ? layout.root : staging.deletingLastPathComponent()
        places.append(Place(folder: folder.path, available: system.available))
      }
      guard let bytes = entry.estimate.bytes else {
        unknown.append(entry.instance)
        continue
      }
      let begun = (try? Self.bytes(in: staging)) ?? 0
      let keeps = pipeline.configuration.keep[entry.instance.stage] > 0
      places[index].add(
        Double(max(0, bytes - begun)),
        replacing: keeps ? 0 : Double(entry.status.manifest?.outputBytes ?? 0), jobs: jobs)
    }
  }

  /// One sentence for each file system.
  package var lines: [String] {
    var lines = places.map { place in
      let needed = place.isKnown ? "About \(place.text)" : "An unknown amount"
      return "\(needed) of room needed, \(Quantity.size(place.available)) free at \(place.folder)"
    }
    if !unknown.isEmpty, !lines.isEmpty {
      let names = unknown.prefix(3).map(\.description).joined(separator: ", ")
      let more = unknown.count > 3 ? " and \(unknown.count - 3) more" : ""
      lines[0] += ", not counting \(names)\(more): no earlier run to go by"
    }
    return lines.map { "\($0)." }
  }

  /// - Throws: `IchorError(.inputOutput)` where what is known to be needed is more than what is free.
  package func check() throws {
    for place in places where place.needed > Double(place.available) {
      throw IchorError(
        .inputOutput, code: "room-short",
        "About \(place.text) of room will be needed, and "
          + "\(Quantity.size(place.available)) are free",
        remedy: "Make room, give another --artifacts folder, or begin all the same with "
          + "--ignore-room.", at: place.folder)
    }
  }

  private static func bytes(in folder: URL) throws -> Int {
    var bytes = 0
    guard FileStatus(at: folder.path) != nil else { return 0 }
    try FolderWalk(folder, stamps: true).forEachFile { _, stamp in bytes += stamp?.bytes ?? 0 }
    return bytes
  }
}
