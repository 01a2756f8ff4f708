import ArtifactTables
import Diagnostics
import Foundation
import TestFolders
import Testing

/// Label CSVs as spreadsheets and data frames write them: read where they have one meaning, named
/// as what they are otherwise. What each should give was written down by hand.
@Suite struct ForeignLabelTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func table(_ bytes: some Sequence<UInt8>, faults: URL? = nil) throws -> LabelTable {
    let file = folder.url.appendingPathComponent("labels.csv")
    try Data(bytes).write(to: file)
    return try LabelTable(file: file, faults: faults, cancellation: Cancellation())
  }

  private static let plain =
    "ID,Label\n" + LabelRows.text("1.2.3", ["subdural"]) + LabelRows.text("1.2.4")

  private static func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
    ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return bigEndian ? [high, low] : [low, high]
    }
  }

  private static let spellings: [(name: String, bytes: [UInt8])] = {
    func text(_ name: String, _ change: (String) -> String) -> (String, [UInt8]) {
      (name, Array(change(plain).utf8))
    }
    return [
      text("semicolons") { $0.replacing(",", with: ";") },
      text("tabs") { $0.replacing(",", with: "\t") },
      text("CR") { $0.replacing("\n", with: "\r") },
      text("mark, CRLF") { "\u{FEFF}" + $0.replacing("\n", with: "\r\n") },
      text("floats") { $0.replacing(",1\n", with: ",1.0\n").replacing(",0\n", with: ",0.00\n") },
      text("decimal commas") {
        $0.replacing(",", with: ";").replacing(";1\n", with: ";1,0\n")
          .replacing(";0\n", with: ";0,0\n")
      },
      text("spaces") { $0.replacing(",", with: " , ") },
      text("case") { $0.replacing("ID,Label", with: "id, LABEL") },
      text("file endings") { $0.replacing("_", with: ".dcm_") },
      text("index") { text in
        ",ID,Label\n"
          + text.split(separator: "\n").dropFirst().enumerated().map { "\($0),\($1)\n" }.joined()
      },
      text("empty columns") { $0.replacing("\n", with: ",,\n") + ",,,\n,,,\n" },
      text("blank lines") { $0.replacing("1.2.4_epi", with: "\n\n1.2.4_epi") + "\n\n" },
      text("quotes") { $0.replacing("1.2.3_any", with: "\"1.2.3_any\"") },
      text("wide") { _ in
        "Image,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural\n"
          + "1.2.3,1,0,0,0,0,1\n1.2.4,0,0,0,0,0,0\n"
      },
      text("wide, other order and columns") { _ in
        ";Subdural;Any;Epidural;Intraparenchymal;Intraventricular;Subarachnoid;ID\n"
          + "0;1.0;1.0;0.0;0;0;0;1.2.3\n1;0;0;0;0;0;0;1.2.4\n"
      },
      ("UTF-16 LE", utf16(plain, bigEndian: false, mark: true)),
      ("UTF-16 BE", utf16(plain, bigEndian: true, mark: true)),
      ("UTF-16 without a mark", utf16(plain, bigEndian: false, mark: false)),
    ]
  }()

  @Test(arguments: spellings.map(\.name)) func whatIsCertainIsRead(_ name: String) throws {
    let bytes = try #require(Self.spellings.first { $0.name == name }).bytes
    let table = try table(bytes)
    // any, epidural, intraparenchymal, intraventricular, subarachnoid, subdural
    #expect(table.labels(of: "1.2.3") == [1, 0, 0, 0, 0, 1])
    #expect(table.labels(of: "1.2.4") == [0, 0, 0, 0, 0, 0])
    #expect(table.images == 2)
  }

  @Test(arguments: [
    ("1.2.3_any,0.5", "label-not-binary", "probabilities are no labels"),
    ("1.2.3_any,", "label-not-binary", "left out"),
    ("1.2.3_any,NaN", "label-not-binary", "0 or 1"),
  ])
  func whatIsNoLabelIsNamed(_ row: String, _ code: String, _ remedy: String) throws {
    let text = Self.plain.replacing("1.2.3_any,1", with: row)
    let error = try refusal { _ = try table(text.utf8) }
    #expect(error.code == code && error.remedy.contains(remedy), "\(error)")
    #expect(error.location?.hasSuffix("labels.csv:7") == true)
  }

  @Test func theHeaderFoundIsShown() throws {
    let error = try refusal { _ = try table("file,diagnosis\n1,2\n".utf8) }
    #expect(error.code == "csv-missing-column" && error.message.contains("“file,diagnosis”"))
  }

  @Test func halfACharacterIsNoUTF16() throws {
    let bytes = Self.utf16(Self.plain, bigEndian: false, mark: true)
    #expect(try refusal { _ = try table(bytes.dropLast()) }.code == "csv-not-utf16")
  }

  /// 25 images whose `any` is denied once more: 25 conflicts, and what follows from none of them.
  @Test func everythingIsSaidAtOnce() throws {
    let names = (10..<35).map { "1.2.\($0)" }
    let text =
      "ID,Label\n" + names.map { LabelRows.text($0) }.joined()
      + names.map { "\($0)_any,1\n" }.joined()
    let list = folder.url.appendingPathComponent("faults.csv")
    let error = try refusal { _ = try table(text.utf8, faults: list) }
    #expect(error.kind == .badData && error.code == "label-conflict")
    #expect(error.message.hasPrefix("25 faults:") && error.message.hasSuffix("and 5 more"))
    #expect(error.message.contains("line 152: 1.2.10_any is 0 in line 7 and 1 in line 152"))
    #expect(error.message.contains("1.2.29_any") && !error.message.contains("1.2.30_any"))
    #expect(error.remedy.contains(list.path))
    let lines = try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 26 && lines[25].contains("1.2.34_any is 0"))
  }

  private static let strangers = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/dicom/strangers.tar.xz").standardizedFileURL

  /// `any` and `subdural` of the first image are 1 in every file but the wide one, by its author.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: strangers.path),
      "needs outside material: ../shared/dicom/strangers.tar.xz"))
  func filesOfStrangersAreReadOrNamed() throws {
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = [
      "tar", "-xJf", Self.strangers.path, "-C", folder.url.path, "K_labels",
      "J_letters_labels.csv.d",
      "X_submissions",
    ]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
    func read(_ name: String) throws -> LabelTable {
      try LabelTable(file: folder.url.appending(path: name), cancellation: Cancellation())
    }
    for name in [
      "plain", "bom_crlf", "cr_only", "dcm_suffix", "excel_tail", "floats", "index", "lower",
      "semicolon", "spaces", "tab", "utf16",
    ] {
      let table = try read("K_labels/\(name).csv")
      #expect(table.images == 12 && table.labels(of: "1.2.9.1.1.1") == [1, 0, 0, 0, 0, 1])
    }
    #expect(try read("K_labels/wide.csv").images == 12)
    #expect(try refusal { _ = try read("K_labels/nan.csv") }.code == "label-not-binary")
    let letters = try read("J_letters_labels.csv.d/labels.csv")
    #expect(letters.labels(of: "1.2.840.1ABCDEF0Z")?.first == 1)

    func rows(_ name: String) throws -> Int {
      try SubmissionOrder(
        sample: folder.url.appending(path: "X_submissions/\(name).csv"),
        cancellation: Cancellation()
      ).rows.count
    }
    // As many as the files have lines below the header.
    #expect(try rows("dup") == 74 && rows("shuffled_crlf_bom") == 72)
    #expect(try rows("missing") == 78 && rows("partial") == 60)
    #expect(try refusal { _ = try rows("five_rows") }.code == "submission-incomplete")
  }
}
