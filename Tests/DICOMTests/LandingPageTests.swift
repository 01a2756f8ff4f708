import DICOM
import Foundation
import Testing

/// Compiles and runs the example of the module's landing page, which must show these lines.
@Suite struct LandingPageTests {
  @Test func theExampleReadsASlice() throws {
    let file = MaterialTests.folder.appendingPathComponent("transfer_syntaxes/B_jls_near.dcm")

    let image = try DICOMReader.read(contentsOf: file)
    let hounsfield = image.hounsfield()
    let isSlice = CTEligibility.reasonAgainst(image.header) == nil
    for quirk in image.quirks { print(quirk.rawValue, quirk.explanation) }

    #expect(hounsfield.count == 512 * 512 && isSlice)
    let source = URL(fileURLWithPath: #filePath)
    let page = source.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Sources/Imaging/DICOM/Documentation.docc/DICOM.md")
    let example = try #require(
      String(contentsOf: page, encoding: .utf8).firstMatch(of: #/```swift\n([^`]+)```/#)?.1)
    let lines = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
      .map { $0.trimmingPrefix(while: \.isWhitespace) }
    #expect(example.split(separator: "\n").allSatisfy { lines.contains($0) })
  }
}
