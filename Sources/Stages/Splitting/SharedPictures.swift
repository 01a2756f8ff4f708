import ArtifactTables
import Diagnostics

/// Pictures that slices of several patients show, and that therefore tie those together.
struct SharedPictures {
  struct Picture {
    /// The first slice that shows it.
    let id: String
    let patients: Int
  }

  /// Those in most patients first.
  let pictures: [Picture]

  init(_ slices: [SliceRow], _ identities: [SliceProvenance]) {
    var patients: [String: Set<String>] = [:]
    var first: [String: String] = [:]
    for (slice, identity) in zip(slices, identities) where !identity.pixels.isEmpty {
      patients[identity.pixels, default: []].insert(identity.patientOrStudy)
      if first[identity.pixels] == nil { first[identity.pixels] = slice.id }
    }
    pictures = patients.filter { $0.value.count > 1 }
      .map { Picture(id: first[$0.key] ?? "", patients: $0.value.count) }
      .sorted { ($1.patients, $0.id) < ($0.patients, $1.id) }
  }

  /// The hashes, empty where a slice shows what one of those in `ids` shows.
  ///
  /// - Throws: `IchorError(.configuration)` for an ID that no slice has.
  static func without(_ ids: [String], of table: SliceTable, hashes: [String]) throws -> [String] {
    if ids.isEmpty { return hashes }
    let hashOfID = Dictionary(zip(table.rows.map(\.id), hashes)) { first, _ in first }
    var ignored: Set<String> = []
    for id in ids {
      guard let hash = hashOfID[id] else {
        throw IchorError(
          .configuration, code: "slice-unknown", "There is no converted slice \(id)",
          remedy: "Give IDs of slices.csv of convert/train.", at: "split.ignore_pictures")
      }
      ignored.insert(hash)
    }
    return hashes.map { ignored.contains($0) ? "" : $0 }
  }
}
