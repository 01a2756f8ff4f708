import Deflation
import Diagnostics
import DurableFiles
import Foundation
import OperatingSystem
import PipelineContract

/// Checksums of `history.csv` while a training runs: one for each number of epochs, so that what a
/// killed run wrote past its checkpoint changes nothing for the epochs before.
///
/// Scratch beside the history: a line `EPOCHS CRC32` for each epoch.
struct HistoryChecksums {
  static let name = ".history.crc32"

  let folder: URL

  private var file: URL { folder.appendingPathComponent(Self.name) }
  private var history: URL { folder.appendingPathComponent(ArtifactLayout.Train.history) }

  /// Notes the checksum of the history as it stands.
  ///
  /// - Throws: `IchorError` where a file can't be read or written.
  func note(epochs: Int) throws {
    guard let checksum = try checksum(epochs: epochs) else { return }
    var known = try noted()
    known = known.filter { $0.key < epochs }
    known[epochs] = checksum
    let lines = known.sorted { $0.key < $1.key }.map { "\($0) \($1)\n" }
    try DurableFile.write(Data(lines.joined().utf8), to: file)
  }

  /// Why the history's first epochs can't be used; `nil` where they can.
  ///
  /// - Throws: `IchorError(.inputOutput)` where the disk fails.
  func fault(epochs: Int) throws -> String? {
    if epochs == 0 { return nil }
    let name = ArtifactLayout.Train.history
    guard let checksum = try checksum(epochs: epochs) else {
      return "\(name) does not have the \(epochs) epochs of the checkpoint"
    }
    // The copy of a finished artifact has none: its bytes were compared with the manifest.
    if try FileStatus.of(file) == nil { return nil }
    return try noted()[epochs] == checksum ? nil : "\(name) is not what was written"
  }

  /// That of the header and the first epochs; `nil` where there are fewer.
  private func checksum(epochs: Int) throws -> String? {
    guard let bytes = try contents(of: history) else { return nil }
    var lines = 0
    guard
      let end = bytes.firstIndex(where: { byte in
        if byte == UInt8(ascii: "\n") { lines += 1 }
        return lines > epochs
      })
    else { return nil }
    return CRC32(of: bytes[...end]).text
  }

  private func noted() throws -> [Int: String] {
    var known: [Int: String] = [:]
    let text = String(decoding: try contents(of: file) ?? [], as: UTF8.self)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, let epochs = Int(words[0]) { known[epochs] = String(words[1]) }
    }
    return known
  }

  /// `nil` where there is no such file.
  private func contents(of file: URL) throws -> [UInt8]? {
    guard try FileStatus.of(file) != nil else { return nil }
    do {
      return [UInt8](try Data(contentsOf: file))
    } catch {
      throw IchorError(reading: file.path(percentEncoded: false), error)
    }
  }
}
