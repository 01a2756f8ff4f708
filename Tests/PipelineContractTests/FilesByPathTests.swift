import ExternalSorting
import Foundation
import PipelineContract
import TestFolders
import Testing

@Suite struct FilesByPathTests {
  private let folder: TemporaryFolder
  private var scratch: ScratchFolder { ScratchFolder(folder.url, creates: false) }

  init() throws { folder = try TemporaryFolder() }

  /// Names are found in their own order, files come in that of their paths, whatever they are called.
  @Test(arguments: [Pseudonyms.none, Pseudonyms(key: [7])])
  func filesComeByPathWithWhatWasFound(_ pseudonyms: Pseudonyms) throws {
    let paths = (0..<500).map { "\($0 % 9)/file \($0 * 37 % 500)" }
    let known = ExternalSorter(in: scratch)
    for (index, path) in paths.enumerated() where index % 3 == 0 {
      var record = SortableRecord(text: pseudonyms.name(of: path, .source))
      record.append(index)
      try known.append(record)
    }
    let lookup = try SortedLookup(known)
    var names: [String] = []
    let files = FilesByPath(pseudonyms, scratch: scratch) { name, record in
      var fields = RecordFields(name)
      names.append(try fields.text())
      try lookup.forEachMatch(of: name) { record.append(try $0.integer()) }
    }
    for (index, path) in paths.enumerated() { try files.append(path) { $0.append(-index) } }
    #expect(files.count == 500)
    var found: [String] = []
    while let path = try files.next({ fields in
      let path = try fields.text()
      let index = -(try fields.integer())
      #expect(paths[index] == path)
      #expect(try fields.isAtEnd ? index % 3 > 0 : fields.integer() == index)
      return path
    }) {
      found.append(path)
    }
    #expect(found == paths.sorted())
    #expect(names == paths.map { pseudonyms.name(of: $0, .source) }.sorted())
  }
}
