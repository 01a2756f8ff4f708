import ArtifactTables
import Diagnostics
import Foundation
import LogCapture
import PNG
import PipelineContract
import Testing

@testable import Reporting

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportTests {
  @Test func showsTheNumbersOfTheArtifacts() throws {
    let fixture = try ReportFixture()
    let page = try fixture.page()
    let metrics = try CanonicalJSON.read(
      MergeMetrics.self,
      from: fixture.layout.file(ArtifactLayout.Merge.metrics, of: StageInstance(.merge)))
    // Both models say 0.75 and 0.0625: by hand, with 2 of 12 slices positive for two labels,
    // any and subdural (-2 ln 0.75 - 10 ln 0.9375) / 12 = 0.101730; the other four -ln 0.9375.
    let positive = (-2 * log(0.75) - 10 * log(0.9375)) / 12
    let merged = (3 * positive - 4 * log(0.9375)) / 7
    #expect(abs(metrics.merged.loss - merged) < 1e-12)
    #expect(page.contains("<b class=\"good\">\(String(format: "%.4f", merged))</b>"))
    #expect(page.contains(String(format: "%.4f", metrics.constant.loss)))
    #expect(page.contains("constant predictor \(String(format: "%.4f", metrics.constant.loss))"))
    #expect(page.contains("epoch 3, kept by loss: validation loss 0.2345"))
    #expect(page.contains("Synthetic data."))
    #expect(page.contains("1 of 9 images of the submission could not be predicted"))
    #expect(page.contains("pixel-data-short"))
    #expect(!page.contains("does not beat the constant predictor"))
    #expect(page.contains("no record of the run"))
  }

  @Test func embedsThePicturesItRanks() throws {
    let page = try ReportFixture().page()
    // The test probability of `any` grows with the number: 7 and 6 are highest, 0 and 1 lowest.
    for i in [7, 6, 0, 1] {
      #expect(page.contains(ReportFixture.picture(i).base64EncodedString()))
      #expect(page.contains("<code>ID_b\(i)</code>"))
    }
    #expect(!page.contains("<code>ID_b4</code>"))
    #expect(page.contains("<b>0.6562</b> <code>ID_b7</code>"))
    #expect(page.contains("<span class=\"chip blood\">subdural</span>"))
  }

  /// Brain: 0 HU is black, 80 HU white; the values between lie 255 / 80 levels per HU apart.
  @Test func hounsfieldUnitsAreShownThroughTheBrainWindow() throws {
    let hounsfield = [-1024, -1, 0, 20, 40, 79, 80, 3000]
    let samples = hounsfield.map { UInt16($0 + 1024) }
    let stored = PNGEncoder.encode(
      samples.withUnsafeBytes { Array($0) }, PNGFormat(width: 8, height: 1, pixel: .grey16))
    let (format, pixels) = try PNGDecoder.decode(try ShownPicture.png(stored))
    #expect(format.pixel == .grey8)
    #expect(pixels == [0, 0, 0, 64, 128, 252, 255, 255])
    let plain = [UInt8](ReportFixture.picture(3))
    #expect(try ShownPicture.png(plain) == plain)
  }

  @Test func nothingFromOutsideIsMarkup() throws {
    let page = try ReportFixture().page()
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;.dcm"))
  }

  @Test func needsNothingFromTheNetwork() throws {
    let page = try ReportFixture().page()
    for reference in ["http:", "https:", "src=\"/", "@import", "<link", "url(h"] {
      #expect(!page.contains(reference), "\(reference)")
    }
  }

  @Test func isWellFormed() throws {
    var page = try ReportFixture().page()
    // XML's parser is the stricter one: close HTML's void elements and give valueless attributes one.
    page = page.replacingOccurrences(of: "<!DOCTYPE html>", with: "")
    for void in ["meta", "img"] {
      let expression = try Regex("<\(void)([^>]*)>")
      page.replace(expression) { match in "<\(void)\(match.output[1].substring ?? "")/>" }
    }
    page = page.replacingOccurrences(of: "<details open>", with: "<details open=\"\">")
    let parser = XMLParser(data: Data(page.utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") line \(parser.lineNumber)")
  }

  @Test func modelsBelowTheFloorAreNamed() throws {
    let fixture = try ReportFixture(sharp: false)
    let page = try fixture.page()
    #expect(
      page.contains("<li class=\"bad\">The merged model does not beat the constant predictor"))
    #expect(page.contains("<li class=\"bad\">a does not beat the constant predictor"))
    #expect(page.contains("<td class=\"bad\" title=\"no better than the constant predictor\">▲"))
  }

  @Test func showsWhatTheSamplersDrew() throws {
    let page = try ReportFixture().page()
    let row = "<td>0.31000</td><td>0.27000</td><td class=\"text\">"
    #expect(page.contains("<th scope=\"row\">a</th>\(row)as they are</td>"))
    #expect(page.contains("<th scope=\"row\">b</th>\(row)corrected</td>"))
    #expect(page.contains("<td>12.50 %</td><td class=\"first\">50.00 %</td><td>3.25</td>"))
    #expect(page.contains("<td class=\"first\">▲ 50.00 %</td><td>–</td><td>0.75</td>"))
  }

  @Test func whatLeaksIsStamped() throws {
    let page = try ReportFixture(leaky: true).page()
    #expect(page.contains("<title>LEAKY: Ichor report"))
    #expect(page.contains("<strong>LEAKY.</strong>"))
    for title in [
      "Outcome", "Scores per label", "Weights of the merger", "Prior correction", "Loss curves",
      "ROC curves", "merged loss", "skill", "AUC of any",
    ] {
      #expect(page.contains(">\(title) (LEAKY)<"), "\(title)")
    }
    #expect(try !ReportFixture().page().contains("LEAKY"))
  }

  @Test func missingArtifactIsAnInputError() throws {
    let fixture = try ReportFixture()
    try FileManager.default.removeItem(
      at: fixture.layout.file(ArtifactLayout.Merge.metrics, of: StageInstance(.merge)))
    let error = try #require(throws: IchorError.self) { _ = try fixture.page() }
    #expect(error.kind == .inputMissing && error.location?.hasSuffix("metrics.json") == true)
  }

  /// The merger's table and metrics are shown as they are, whatever the models' tables say.
  @Test func theMergersProbabilitiesAreRead() throws {
    let fixture = try ReportFixture()
    let file = fixture.layout.file(ArtifactLayout.Merge.validation, of: StageInstance(.merge))
    let merged = try PredictionTable(file: file)
    let unlikely = try #require(merged.ids.last)
    var probabilities = merged.probabilities
    probabilities.replaceSubrange(
      (merged.ids.count - 1) * 6..<merged.ids.count * 6,
      with: [
        0.98765, 0, 0, 0, 0, 0,
      ])
    try PredictionTable(ids: merged.ids, probabilities: probabilities).write(to: file)
    #expect(try fixture.page().contains("<b>0.9877</b> <code>\(unlikely)</code>"))
  }

  @Test func predictionsOfAnotherSplit() throws {
    let fixture = try ReportFixture()
    let file = fixture.layout.file(
      ArtifactLayout.Predict.validation, of: StageInstance(.predict, "a"))
    try PredictionTable(ids: ["ID_77"], probabilities: [0, 0, 0, 0, 0, 0]).write(to: file)
    let error = try #require(throws: IchorError.self) { _ = try fixture.page() }
    #expect(error.code == "prediction-other-slices" && error.message.contains("ID_77"))
  }

  /// The shard of the test collection in which the likeliest slices lie, damaged in one of them.
  @Test func aDamagedPictureNamesSliceAndShard() throws {
    let fixture = try ReportFixture()
    let shard = fixture.layout.file(
      ArtifactLayout.Convert.shard(size: 8, number: 0), of: StageInstance(.convert, .test))
    var bytes = try Data(contentsOf: shard)
    let picture = ReportFixture.picture(7)
    let place = try #require(bytes.range(of: picture)).lowerBound
    bytes[place + picture.count / 2] ^= 1
    try bytes.write(to: shard)
    let error = #expect(throws: IchorError.self) { try fixture.page() }
    #expect(error?.kind == .badData && error?.code == "shard-damaged")
    #expect(error?.location == shard.path && error?.message.contains("ID_b7") == true)
  }

  /// With a checksum that is right: as from a conversion that wrote something else.
  @Test func whatIsNoPictureNamesSliceAndShard() throws {
    let fixture = try ReportFixture(testPicture: { _ in Data("no picture".utf8) })
    let error = #expect(throws: IchorError.self) { try fixture.page() }
    #expect(error?.kind == .badData && error?.code == "png-malformed")
    #expect(error?.location?.hasSuffix("convert/test/8/shard-00000.tar") == true)
    #expect(error?.message.contains("ID_b") == true)
  }

  @Test func whatCannotBeReadIsMissedInThePageAndInTheLog() throws {
    let fixture = try ReportFixture()
    try FileManager.default.removeItem(
      at: fixture.layout.file(ArtifactLayout.Convert.preview, of: StageInstance(.convert, .test)))
    let manifest = fixture.layout.manifest(StageInstance(.split))
    try Data("{".utf8).write(to: manifest)
    let lines = LoggedLines()
    let page = try fixture.page(logger: lines.logger)
    for sentence in [
      "The contact sheet of convert/test is left out: preview.png cannot be opened.",
      "The list of the parameters of split is left out: manifest.json is not what its writer wrote.",
      "The record of merge is left out: run.json cannot be read.",
    ] {
      #expect(page.contains("<li>\(sentence)</li>"), "\(sentence)")
      #expect(lines.texts.contains("warning: \(sentence)"), "\(lines.texts)")
    }
    #expect(page.contains("No readable contact sheet of test"))
    #expect(page.contains("split: no readable manifest"))
    #expect(!page.contains("The contact sheet of convert/train is left out"))
  }

  @Test func anEmptyShelfSaysSo() throws {
    let fixture = try ReportFixture(bleeds: false)
    let title = "Held-out fold, haemorrhages with the lowest probability"
    #expect(
      try fixture.page().contains("\(title)</h3><p class=\"muted\">There is no such slice.</p>"))
  }

  @Test func aSliceWithoutPictureIsNamed() throws {
    let fixture = try ReportFixture()
    let probabilities = fixture.layout.file(
      ArtifactLayout.Merge.probabilities, of: StageInstance(.merge))
    let text = try String(contentsOf: probabilities, encoding: .utf8)
    try Data((text + "ID_ghost,0.99,0,0,0,0,0\n").utf8).write(to: probabilities)
    let lines = LoggedLines()
    let page = try fixture.page(logger: lines.logger)
    let sentence = "Slice ID_ghost is shown without its picture: no index lists it."
    #expect(page.contains("<li>\(sentence)</li>") && page.contains("no picture</div>"))
    #expect(lines.texts.contains("warning: \(sentence)"))
  }

  @Test func aNetworkThatSaysTheSameOfEverySliceIsRefused() throws {
    let fixture = try ReportFixture()
    let file = fixture.layout.file(
      ArtifactLayout.Predict.validation, of: StageInstance(.predict, "b"))
    let table = try PredictionTable(file: file)
    try PredictionTable(
      ids: table.ids, probabilities: table.probabilities.map { _ in 0 }
    ).write(to: file)
    let error = #expect(throws: IchorError.self) { try fixture.page() }
    #expect(error?.kind == .badData && error?.code == "prediction-constant")
    #expect(error?.message.contains("the prediction of b") == true && error?.location == file.path)
  }
}
