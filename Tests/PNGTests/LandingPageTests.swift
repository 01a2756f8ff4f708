import Foundation
import PNG
import Testing

/// Compiles and runs the example of the module's landing page, which must show these lines.
@Suite struct LandingPageTests {
  @Test func theExampleComesBack() throws {
    let format = PNGFormat(width: 2, height: 2, pixel: .grey8)
    let png = PNGEncoder.encode([0, 85, 170, 255], format)
    let (found, pixels) = try PNGDecoder.decode(png)

    #expect(found == format && pixels == [0, 85, 170, 255])
    let source = URL(fileURLWithPath: #filePath)
    let page = source.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Sources/Imaging/PNG/Documentation.docc/PNG.md")
    let example = try #require(
      String(contentsOf: page, encoding: .utf8).firstMatch(of: #/```swift\n([^`]+)```/#)?.1)
    let lines = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
      .map { $0.trimmingPrefix(while: \.isWhitespace) }
    #expect(example.split(separator: "\n").allSatisfy { lines.contains($0) })
  }
}
