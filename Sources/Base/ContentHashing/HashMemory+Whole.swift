import DurableFiles
import Foundation

/// What is remembered of everything in a memory's folder at once, so that the memory itself need not be
/// read where no file has changed.
///
/// A file of its own beside the memory, with one `HashMemoryLine`: the hash of the content, its bytes,
/// the number of files in place of a time, and in place of a name the hash of all paths, sizes and
/// times.
extension HashMemory {
  private var wholeFile: URL { Self.whole(file) }

  private static func whole(_ file: URL) -> URL {
    file.deletingPathExtension().appendingPathExtension("whole.tsv")
  }

  /// With a key nobody can try out which paths there are.
  private func name(of stamps: String) -> String { pseudonyms.name(of: stamps, .source) }

  /// Forgets everything at once, which new lines may contradict.
  func forgetWhole() { unlink(wholeFile.path) }

  /// Removes what is remembered under paths themselves.
  static func remove(_ file: URL) {
    unlink(file.path)
    unlink(whole(file).path)
  }

  /// The content that the files had when their paths, sizes and times were those of a hash.
  ///
  /// - Parameter stamps: as `OutsideHashing.stamp` gives it; `nil` where another is remembered.
  func content(at stamps: () throws -> String) rethrows -> HashedContent? {
    var found: (content: HashedContent, stamps: String)?
    HashMemoryLine.forEach(in: wholeFile) { line in
      found = (
        HashedContent(
          sha256: line.hash.sha256, bytes: line.stamp.bytes, files: line.stamp.modified),
        String(decoding: line.name, as: UTF8.self)
      )
    }
    guard let found, try name(of: stamps()) == found.stamps else { return nil }
    return found.content
  }

  /// Remembers the content of all files; without it the next look merely takes longer.
  func record(_ content: HashedContent, at stamps: String) {
    let line = HashMemoryLine.text(
      content.sha256, ContentStamp(bytes: content.bytes, modified: content.files),
      name: name(of: stamps))
    try? DurableFile.write(Data(line.utf8), to: wholeFile)
  }
}
