import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import PipelineDriver

@Suite struct ShowTests {
  private let fake: FakePipeline
  private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]

  init() throws {
    fake = try FakePipeline()
    try fake.prepare()
    _ = try fake.run()
    try table(
      "convert/train/slices.csv",
      """
      id,shard,offset_112,length_112,crc32_112,patient,study,series,position,spacing,rows,columns,source,sha256,bits,repairs
      ID_1,0,512,11,c46b5b31,P1,S1,R1,-3.5,0.5\\0.5,512,512,a/1.dcm,abc,12u,
      ID_2,0,9000,11,edfb24b8,P1,S1,R1,1.5,0.5\\0.5,512,512,a/2.dcm,abd,16s,
      """)
    try table(
      "convert/test/quirks.csv",
      """
      file,id,code,detail,action
      b/9.dcm,ID_9,pixel-data-short,"10 of 20 bytes",excluded
      """)
    try table(
      "split/slices.csv",
      """
      id,patient,study,fold,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural
      ID_1,P1,S1,3,1,0,0,0,0,1
      """)
    let header = "id,any,epidural,intraparenchymal,intraventricular,subarachnoid,subdural\n"
    try table("predict/a/validation.csv", header + "ID_1,0.75,0,0,0,0,0.7")
    try table("merge/probabilities.csv", header + "ID_9,0.4,0.01,0.1,0.1,0.1,0.1")
    var shard = [UInt8](repeating: 0, count: 512)
    shard += Self.png + [UInt8](repeating: 7, count: 9000)
    let file = fake.layout.root.appendingPathComponent("convert/train/112/shard-00000.tar")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(shard).write(to: file)
  }

  private func table(_ path: String, _ text: String) throws {
    try fake.folder.write(text + "\n", to: "artifacts/\(path)")
  }

  private func show(_ subject: String?, to folder: URL? = nil) throws -> String {
    try Showing(fake.pipeline()).text(for: subject, extractingTo: folder)
  }

  @Test func aSliceIsGatheredFromAllTables() throws {
    let text = try show("ID_1")
    #expect(text.hasPrefix("ID_1  (train)\n"))
    for part in ["source: a/1.dcm", "series: R1", "bits: 12u", "fold: 3", "a      0.75"] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.contains("label     1"))
  }

  @Test func anExcludedSliceShowsItsQuirkAndFallback() throws {
    let text = try show("ID_9")
    #expect(text.hasPrefix("ID_9  (test)\n  not converted\n"))
    #expect(
      text.contains(
        "quirk: file b/9.dcm, code pixel-data-short, detail 10 of 20 bytes, action excluded"))
    #expect(text.contains("merged  0.4"))
  }

  @Test func picturesAreTakenOutOfTheShard() throws {
    let folder = fake.folder.url.appendingPathComponent("pictures")
    #expect(try show("ID_1", to: folder).contains("ID_1-112.png"))
    let picture = try Data(contentsOf: folder.appendingPathComponent("ID_1-112.png"))
    #expect(Array(picture) == Self.png)
  }

  @Test func anIndexThatPointsNowhereIsBadData() throws {
    let folder = fake.folder.url.appendingPathComponent("pictures")
    let error = #expect(throws: IchorError.self) { try show("ID_2", to: folder) }
    #expect(error?.kind == .badData)
    let missing = #expect(throws: IchorError.self) { try show("ID_9", to: folder) }
    #expect(missing?.kind == .inputMissing)
  }

  @Test func aDamagedPictureIsNotExtracted() throws {
    let shard = fake.layout.root.appendingPathComponent("convert/train/112/shard-00000.tar")
    var bytes = try Data(contentsOf: shard)
    bytes[520] ^= 1
    try bytes.write(to: shard)
    let folder = fake.folder.url.appendingPathComponent("pictures")
    let error = #expect(throws: IchorError.self) { try show("ID_1", to: folder) }
    #expect(error?.kind == .badData && error?.code == "shard-damaged")
    #expect(error?.message.contains("ID_1") == true && error?.location == shard.path)
    #expect(
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("ID_1-112.png").path))
  }

  @Test func anUnknownSliceNamesWhatWasSearched() {
    let error = #expect(throws: IchorError.self) { try show("ID_404") }
    #expect(error?.kind == .inputMissing)
    for place in ["convert/train/slices.csv", "convert/test/quirks.csv", "split/slices.csv"] {
      #expect(error?.message.contains(place) == true)
    }
  }

  @Test func anArtifactIsSummedUp() throws {
    let text = try show("split")
    for part in ["split.seed             2019", "convert/train", "out.csv", "30 slices"] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(try show("train").contains("train/b  "))
    #expect(try show(nil).contains("report  "))
    let error = #expect(throws: IchorError.self) { try show("train/c") }
    #expect(error?.kind == .usage)
  }
}
