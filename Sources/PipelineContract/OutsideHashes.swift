import Diagnostics
import Foundation

/// Hashes files and folders outside the artifacts, and remembers each file's hash by its size and
/// time of change, so that the second look costs one `stat` a file.
public struct OutsideHashes: Sendable {
  private let cache: URL
  private let recordsNewHashes: Bool

  /// - Parameter recordsNewHashes: whether to keep what was hashed; `plan` and `status` do not, as
  ///   they change nothing on the disk.
  public init(layout: ArtifactLayout, recordsNewHashes: Bool) {
    cache = layout.cache
    self.recordsNewHashes = recordsNewHashes
  }

  /// A file's hash is its SHA-256; a folder's the SHA-256 over the lines
  /// `PATH TAB BYTES TAB SHA256 NEWLINE` of its files, sorted by relative path.
  ///
  /// Throws `IchorError(.inputMissing)` where there is nothing at `path`.
  public func input(key: String, path: URL, checkpoint: () throws -> Void = {}) throws
    -> Manifest.Input
  {
    let path = path.resolvingSymlinksInPath()
    var status = stat()
    guard stat(path.path, &status) == 0 else {
      throw IchorError(
        .inputMissing, code: "data-missing", "There is nothing at \(path.path)",
        remedy: "Correct \(key) in pipeline.yaml or with --set", at: key,
        cause: SystemCallError.last("stat"))
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    let files =
      isFolder
      ? try OutsideFolder.files(in: path, checkpoint: checkpoint)
      : [OutsideFile(path: "", status: status)]
    let memory = cache.appendingPathComponent(
      "outside-\(ContentHash.sha256(of: Data(path.path.utf8)).prefix(16)).tsv")
    let known = remembered(in: memory)
    var hashes: [(file: OutsideFile, sha256: String)] = []
    hashes.reserveCapacity(files.count)
    for file in files {
      if let hash = known[file] {
        hashes.append((file, hash))
        continue
      }
      try checkpoint()
      let url = isFolder ? path.appendingPathComponent(file.path) : path
      hashes.append((file, try ContentHash.sha256(contentsOf: url)))
    }
    if recordsNewHashes, known != Dictionary(uniqueKeysWithValues: hashes.map { ($0.0, $0.1) }) {
      try remember(hashes, in: memory)
    }
    let digest =
      isFolder
      ? ContentHash.sha256(of: Self.lines(hashes) { "\($0.path)\t\($0.bytes)\t\($1)\n" })
      : hashes.first?.sha256 ?? ""
    return Manifest.Input(
      key: key, path: path.path, sha256: digest, bytes: files.reduce(0) { $0 &+ $1.bytes },
      files: files.count)
  }

  private static func lines(
    _ hashes: [(file: OutsideFile, sha256: String)], _ line: (OutsideFile, String) -> String
  ) -> Data {
    var data = Data()
    for (file, hash) in hashes { data.append(contentsOf: line(file, hash).utf8) }
    return data
  }

  /// Lines `SHA256 TAB BYTES TAB MODIFIED TAB PATH`; a line that is not one is passed over.
  private func remembered(in memory: URL) -> [OutsideFile: String] {
    guard let data = try? Data(contentsOf: memory) else { return [:] }
    var known: [OutsideFile: String] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(
        separator: UInt8(ascii: "\t"), maxSplits: 3, omittingEmptySubsequences: false)
      guard fields.count == 4, fields[0].count == 64,
        let bytes = Int(String(decoding: fields[1], as: UTF8.self)),
        let modified = Int(String(decoding: fields[2], as: UTF8.self))
      else { continue }
      let path = String(decoding: fields[3], as: UTF8.self)
      known[OutsideFile(path: path, bytes: bytes, modified: modified)] =
        String(decoding: fields[0], as: UTF8.self)
    }
    return known
  }

  private func remember(_ hashes: [(file: OutsideFile, sha256: String)], in memory: URL) throws {
    try DurableFile.createFolder(cache)
    // A line break in a name would forge a line.
    let plain = hashes.filter { !$0.file.path.utf8.contains(UInt8(ascii: "\n")) }
    try DurableFile.write(
      Self.lines(plain) { "\($1)\t\($0.bytes)\t\($0.modified)\t\($0.path)\n" }, to: memory)
  }
}
