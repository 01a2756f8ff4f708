import ArtifactTables
import Deflation
import Diagnostics
import Foundation
import PNG
import PipelineConfiguration
import PipelineContract
import SliceShards
import Testing

@testable import Splitting

@Suite struct SplittingTests {
  let fixture: LabelFixture
  init() throws { fixture = try LabelFixture() }

  /// `patients` patients with `slices` slices each; every third one bleeds, every sixth epidurally.
  private func collection(
    patients: Int, slices: Int = 4,
    pixels: (_ patient: Int, _ slice: Int) -> String = { "picture \($0)-\($1)" },
    patient name: (Int) -> String = { "P\($0)" }
  ) throws -> URL {
    var rows: [SliceRow] = []
    var shard = Data()
    var labels = "ID,Label\n"
    for patient in 0..<patients {
      for slice in 0..<slices {
        let id = "ID_" + String(patient * 1000 + slice, radix: 16)
        let picture = Data(Self.picture(pixels(patient, slice)))
        rows.append(
          SliceRow(
            id: id, shard: 0,
            extents: [
              SliceExtent(
                offset: shard.count, length: picture.count, crc32: CRC32(of: picture).value)
            ],
            patient: name(patient), study: "S\(patient)", series: "E\(patient)",
            position: Double(slice), spacing: nil, rows: 512, columns: 512, source: "p/\(id).dcm",
            sha256: "file of \(id)", bits: "12u", repairs: []))
        shard.append(picture)
        let bleeds = patient % 3 == 0 && slice < 2
        let kinds: Set<String> =
          !bleeds ? [] : patient % 6 == 0 ? ["epidural", "subdural"] : ["subdural"]
        labels += LabelFixture.rows(id, kinds)
      }
    }
    let tar = fixture.folder.appendingPathComponent(
      ArtifactLayout.Convert.shard(size: 8, number: 0))
    try FileManager.default.createDirectory(
      at: tar.deletingLastPathComponent(), withIntermediateDirectories: true)
    try shard.write(to: tar)
    let writer = try SliceTableWriter(
      file: fixture.folder.appendingPathComponent(ArtifactLayout.Convert.slices), sizes: [8])
    for row in rows { try writer.write(row) }
    try writer.close()
    _ = try fixture.write(
      "file,id,code,detail,action\nx.dcm,ID_9,pixel-data-short,,excluded\n"
        + "y.dcm,ID_0,wrapped-12-bit,,repaired\n", to: "quirks.csv")
    return try fixture.write(labels, to: "labels.csv")
  }

  /// 8 x 8 grey pixels that stand for a text; “air” is black but for two pixels, which makes three
  /// steps from a pixel to the next, fewer than one for every sixteen pixels.
  private static func picture(_ text: String) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: 64)
    if text == "air" {
      pixels[9] = 200
      pixels[63] = 100
    } else {
      for (place, byte) in text.utf8.enumerated() { pixels[place * 2] = byte }
    }
    return PNGEncoder.encode(pixels, PNGFormat(width: 8, height: 8, pixel: .grey8))
  }

  private func split(
    _ labels: URL, _ parameters: SplitParameters = SplitParameters(),
    unlabelled: LabelParameters.Unlabelled = .error
  ) throws -> SplitSummary {
    try SplitStage.split(
      convertDirectory: fixture.folder, labels: labels, parameters: parameters,
      unlabelled: unlabelled, into: staging(), context: LabelFixture.context)
  }

  private func staging() throws -> URL {
    let folder = fixture.folder.appendingPathComponent("staging", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private func written(_ name: String) throws -> Data {
    try Data(contentsOf: staging().appendingPathComponent(name))
  }

  @Test func foldsAreAlikeInEveryCount() throws {
    let summary = try split(collection(patients: 60))
    #expect(summary.total.slices == 240 && summary.total.patients == 60)
    #expect(summary.total.positivePatients["subdural"] == 20)
    #expect(summary.total.positivePatients["epidural"] == 10)
    for fold in summary.folds {
      #expect(fold.patients == 12 && fold.slices == 48)
      #expect(fold.positivePatients["any"] == 4 && fold.positivePatients["epidural"] == 2)
      #expect(fold.positiveSlices["subdural"] == 8 && fold.positiveSlices["subarachnoid"] == 0)
    }
    // 16 of 48 training patients bleed on 2 of 4 slices.
    #expect(summary.baseRates["any"] == 32.0 / 192 && summary.baseRates["epidural"] == 16.0 / 192)
    #expect(summary.excluded == ["pixel-data-short": 1])
  }

  /// Four patients of each of five kinds: 20 bleeding patients can be dealt four to a fold, and no
  /// kind needs to occur twice in one.
  @Test func countsThatAreNoMultipleOfTheFoldsAreEvenToo() {
    let groups = (0..<50).map { number -> StratifiedFolds.Load in
      var load = StratifiedFolds.Load(labelCount: 6)
      load.slices = 20
      load.patients = 1
      if number < 20 {
        for label in [0, 1 + number % 5] {
          load.positiveSlices[label] = 7
          load.positivePatients[label] = 1
        }
      }
      return load
    }
    let folds = StratifiedFolds(groups: groups, folds: 5, seed: 1).foldOfGroup
    for fold in 0..<5 {
      let own = groups.indices.filter { folds[$0] == fold }
      #expect(own.count == 10)
      #expect(own.count { $0 < 20 } == 4)
      for kind in 0..<5 { #expect(own.count { $0 < 20 && $0 % 5 == kind } <= 1) }
    }
  }

  @Test func tableHoldsEverySliceOnceByPatient() throws {
    _ = try split(collection(patients: 13))
    let table = try SplitTable(file: staging().appendingPathComponent("slices.csv"))
    #expect(table.rows.count == 52 && Set(table.rows.map(\.id)).count == 52)
    for (_, rows) in Dictionary(grouping: table.rows, by: \.patient) {
      #expect(Set(rows.map(\.fold)).count == 1)
    }
    #expect(Set(table.rows.map(\.fold)) == [0, 1, 2, 3, 4])
    let first = try #require(table.rows.first)
    #expect(first.id == "ID_0" && first.patient == "P0" && first.study == "S0")
    #expect(first.labels == [1, 1, 0, 0, 0, 1])
  }

  @Test func sameSeedSameBytesOtherSeedOtherFolds() throws {
    let labels = try collection(patients: 40)
    _ = try split(labels)
    let first = try written("slices.csv")
    _ = try split(labels)
    #expect(try written("slices.csv") == first)
    _ = try split(labels, SplitParameters(seed: 7))
    #expect(try written("slices.csv") != first)
  }

  @Test func patientsThatShareAnImageShareAFold() throws {
    // Patients 1 and 2, 2 and 3 have a slice in common; so do 10 and 19.
    let labels = try collection(patients: 20) { patient, slice in
      switch (patient, slice) {
      case (1, 0), (2, 0): "same-a"
      case (2, 1), (3, 1): "same-b"
      case (10, 2), (19, 3): "same-c"
      case (_, 3): "air"  // shows next to nothing: ties nobody
      default: "picture \(patient)-\(slice)"
      }
    }
    _ = try split(labels)
    let rows = try SplitTable(file: staging().appendingPathComponent("slices.csv")).rows
    let fold = Dictionary(rows.map { ($0.patient, $0.fold) }, uniquingKeysWith: { $1 })
    #expect(fold["P1"] == fold["P2"] && fold["P2"] == fold["P3"] && fold["P10"] == fold["P19"])
    let leakage = try JSONDecoder().decode(LeakageReport.self, from: written("leakage.json"))
    #expect(leakage.passed && leakage.tiedPatients == 3 && leakage.slicesWithSharedPixels == 6)
    #expect(leakage.patient.distinct == 20 && leakage.pixels.distinct == 58)
  }

  @Test func gateFindsEachKindOfLeak() throws {
    let slices = [
      SliceProvenance(patient: "a", study: "1", file: "1", pixels: "x"),
      SliceProvenance(patient: "a", study: "2", file: "2", pixels: "y"),
      SliceProvenance(patient: "b", study: "2", file: "3", pixels: "x"),
    ]
    let leaking = LeakageReport(slices: slices, folds: [0, 1, 1], tiedPatients: 0)
    #expect(!leaking.passed && leaking.patient.inSeveralFolds == 1)
    #expect(leaking.study.inSeveralFolds == 0 && leaking.pixels.inSeveralFolds == 1)
    #expect(try refusal { try leaking.requirePassed() }.kind == .internalFault)
    #expect(LeakageReport(slices: slices, folds: [1, 1, 1], tiedPatients: 0).passed)
  }

  @Test func convertedSliceWithoutLabel() throws {
    let labels = try collection(patients: 6)
    let text = try String(contentsOf: labels, encoding: .utf8)
    let rows = LabelFixture.rows("ID_3e9")
    _ = try fixture.write(text.replacingOccurrences(of: rows, with: ""), to: "labels.csv")
    let error = try refusal { _ = try split(labels) }
    #expect(error.kind == .badData && error.code == "label-missing")
    #expect(error.message.contains("ID_3e9") && error.message.contains("p/ID_3e9.dcm"))
    #expect(error.location?.hasSuffix("labels.csv") == true)
  }

  /// One slice of each of 30 patients has no label: all are counted, 20 listed, 30 in the table.
  @Test func slicesWithoutLabelsAreNamedAtOnceOrLeftOut() throws {
    let labels = try collection(patients: 30)
    var text = try String(contentsOf: labels, encoding: .utf8)
    for patient in 0..<30 {
      let rows = LabelFixture.rows("ID_" + String(patient * 1000 + 3, radix: 16))
      text = text.replacingOccurrences(of: rows, with: "")
    }
    _ = try fixture.write(text, to: "labels.csv")
    let error = try refusal { _ = try split(labels) }
    #expect(error.code == "label-missing" && error.remedy.contains("labels.unlabelled=skip"))
    #expect(error.message.hasPrefix("30 of 120 slices, in 30 of 30 series,"))
    #expect(error.message.hasSuffix("and 10 more"))
    let lines = try String(decoding: written("label_faults.csv"), as: UTF8.self)
    #expect(lines.split(separator: "\n").count == 31)

    let summary = try split(labels, unlabelled: .skip)
    #expect(summary.total.slices == 90 && summary.total.patients == 30)
    #expect(throws: (any Error).self) { try written("label_faults.csv") }
  }

  @Test func labelsOfOtherImagesAreNoneEvenWhereSomeMayLack() throws {
    let labels = try collection(patients: 6)
    _ = try fixture.write("ID,Label\n" + LabelFixture.rows("other"), to: "labels.csv")
    let error = try refusal { _ = try split(labels, unlabelled: .skip) }
    #expect(error.code == "label-missing" && error.remedy.contains("Compare the IDs"))
  }

  /// What de-identification leaves: one Patient ID on every study.
  @Test func onePatientIDOnAllStudies() throws {
    let labels = try collection(patients: 6, patient: { _ in "ANON" })
    let error = try refusal { _ = try split(labels) }
    #expect(error.message.contains("all 6 studies (24 slices) carry one Patient ID"))
    #expect(error.remedy.contains("split.group=study") && !error.remedy.contains("at most"))
    let summary = try split(labels, SplitParameters(group: .study))
    #expect(summary.total.patients == 6 && summary.folds.allSatisfy { $0.slices >= 4 })
  }

  /// The second slice of each of six patients shows the same picture, and it is no air.
  @Test func picturesThatTieEveryoneAreNamedAndCanBeLeftOut() throws {
    let labels = try collection(patients: 6) { $1 == 1 ? "same" : "picture \($0)-\($1)" }
    let error = try refusal { _ = try split(labels) }
    #expect(error.message.contains("the picture of ID_1 is in 6 patients"))
    #expect(error.remedy.contains("split.ignore_pictures=[ID_1]"))
    #expect(!error.remedy.contains("at most 1"))
    let summary = try split(labels, SplitParameters(ignorePictures: ["ID_1"]))
    #expect(summary.total.patients == 6)
    let unknown = try refusal {
      _ = try split(labels, SplitParameters(ignorePictures: ["ID_fff"]))
    }
    #expect(unknown.location == "split.ignore_pictures")
  }

  @Test func fewerPatientsThanFolds() throws {
    let error = try refusal { _ = try split(collection(patients: 4)) }
    #expect(error.kind == .configuration && error.location == "split.folds")
    #expect(error.message.contains("4 patients") && error.remedy.contains("at most 4"))
    #expect(try split(collection(patients: 5)).folds.allSatisfy { $0.patients == 1 })
  }

  @Test func foldThatDoesNotExist() throws {
    let labels = try collection(patients: 6)
    #expect(
      try refusal { _ = try split(labels, SplitParameters(folds: 3, fold: 3)) }.location
        == "split.fold")
    #expect(
      try refusal { _ = try split(labels, SplitParameters(folds: 1)) }.location == "split.folds")
  }
}
