import Diagnostics
import Foundation
import OperatingSystem
import TextTables

/// Goes through the files below a folder in the order of their paths' bytes.
///
/// `FolderEntries` says what is followed and what is left out. Memory holds only the entries of the
/// folders on the way to the file that was found last.
package struct FolderWalk {
  private let root: URL
  private let pseudonyms: Pseudonyms
  private let wantsStamps: Bool

  /// - Parameters:
  ///   - pseudonyms: what errors call a folder below the root.
  ///   - stamps: whether files come with their stamps, which costs one system call per file.
  package init(_ root: URL, _ pseudonyms: Pseudonyms = .none, stamps: Bool) {
    self.root = root
    self.pseudonyms = pseudonyms
    wantsStamps = stamps
  }

  /// Calls the body for each file.
  ///
  /// - Parameters:
  ///   - checkpoint: called before each folder.
  ///   - body: gets the path relative to the root and, where wanted, the stamp.
  /// - Throws: `IchorError` where a folder cannot be listed; what `checkpoint` and `body` throw.
  package func forEachFile(
    checkpoint: () throws -> Void = {}, _ body: (_ path: String, ContentStamp?) throws -> Void
  ) throws {
    try checkpoint()
    var open = [try Listing(of: "", in: self)]
    while let last = open.indices.last {
      guard let (path, isFolder, stamp) = open[last].next() else {
        open.removeLast()
        continue
      }
      if isFolder {
        try checkpoint()
        open.append(try Listing(of: path, in: self))
      } else {
        try body(path, stamp)
      }
    }
  }

  /// The entries of a folder that are still to come.
  private struct Listing {
    private let prefix: String
    /// Folders end in a slash, so that their order is that of the paths below them.
    private var names = PackedTexts()
    private var stamps: [ContentStamp?] = []
    private var order: [Int] = []
    private var passed = 0

    init(of folder: String, in walk: FolderWalk) throws {
      prefix = folder.isEmpty ? "" : "\(folder)/"
      let path = folder.isEmpty ? walk.root.path : "\(walk.root.path)/\(folder)"
      do {
        try FolderEntries.forEach(in: path, status: walk.wantsStamps) { name, kind, status in
          // A name need not be UTF-8: what `String` makes of it is what the file is called.
          let text = String(decoding: name, as: UTF8.self)
          names.append(kind == .folder ? "\(text)/" : text)
          if walk.wantsStamps { stamps.append(status.map { ContentStamp($0) }) }
        }
      } catch let error as SystemCallError {
        let location =
          folder.isEmpty ? walk.root.path : walk.pseudonyms.location(of: folder, in: walk.root)
        throw IchorError(
          IchorError.Kind(reading: error), code: "folder-unreadable",
          "The folder cannot be listed", remedy: "Check that it may be read.", at: location,
          cause: error)
      }
      order = (0..<names.count).sorted { names.precedes($0, $1) }
    }

    mutating func next() -> (path: String, isFolder: Bool, ContentStamp?)? {
      guard passed < order.count else { return nil }
      let number = order[passed]
      passed += 1
      let isFolder = names.withBytes(of: number) { $0.last == UInt8(ascii: "/") }
      let name = names[number]
      if isFolder { return (prefix + name.dropLast(), true, nil) }
      return (prefix + name, false, stamps.isEmpty ? nil : stamps[number])
    }
  }
}
