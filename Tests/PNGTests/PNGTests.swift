import Foundation
import PNG
import Testing

/// The images were written and their pixels printed by Pillow 12, which has its own PNG codec:
///
///     def b64(a, **k): f = io.BytesIO(); Image.fromarray(a).save(f, "PNG"); return b64encode(f.getvalue())
///     grey8  = [[(x*37 + y*91) % 256 for x in range(5)] for y in range(3)]
///     rgb8   = [[[(x*50 + y*7 + c*85) % 256 for c in range(3)] for x in range(3)] for y in range(2)]
///     grey16 = [[x*13107 + y*257 for x in range(4)] for y in range(2)]
private enum Written {
  static let grey8 =
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAAAAAB+XZokAAAAGklEQVR4nGNkUFVVVWWMVlVVVWXYdptB1QsAGPMDhmJ1"
    + "zbgAAAAASUVORK5CYII="
  static let rgb8 =
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFUlEQVR4nGNkCF1lZGRkZGTExA4DACKNAm7szBbiAAAA"
    + "AElFTkSuQmCC"
  static let grey16 =
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACEAAAAAAKU/78AAAAFElEQVR4nGNkYDA2NjY2NmZihAIAD0sBPrqiSbcAAAAA"
    + "SUVORK5CYII="
  /// The rgb8 image with an alpha channel.
  static let alpha =
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAG0lEQVR4nGNkCF3138jIiMHIyIiBiZ2dnQGGAURHA22m"
    + "uXx5AAAAAElFTkSuQmCC"
  /// The grey8 image with one bit per pixel.
  static let bilevel =
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAQAAAABzTfhVAAAADklEQVR4nGMQYMpgOAAAAlYBO/SyanMAAAAASUVORK5C"
    + "YII="
  // Put together from chunks with Python's struct and zlib: one interlaced pixel; a header of
  // 2,000,000,000 by 2,000,000,000; 16,385 by 1; 4 by 4 with the data of 2 rows.
  static let interlaced =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAFNeavDAAAACklEQVR4nGNgBwAACQAIICPDjAAAAABJRU5ErkJggg=="
  static let huge =
    "iVBORw0KGgoAAAANSUhEUnc1lAB3NZQACAAAAAB+Szv6AAAAC0lEQVR4nGNggAEAAAoAAX+AdF4AAAAASUVORK5CYII="
  static let wide =
    "iVBORw0KGgoAAAANSUhEUgAAQAEAAAABCAAAAADsNoK6AAAAJ0lEQVR4nO3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAA"
    + "AAAAAIC/AUACAAF5JUYRAAAAAElFTkSuQmCC"
  static let short =
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAAAAACMmsGiAAAAC0lEQVR4nGNggAEAAAoAAX+AdF4AAAAASUVORK5CYII="
}

@Suite struct PNGTests {
  private func bytes(_ base64: String) throws -> [UInt8] {
    [UInt8](try #require(Data(base64Encoded: base64)))
  }

  /// Bytes without a pattern (a multiplicative congruential generator).
  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  @Test func decodesWhatAnotherCodecWrote() throws {
    let grey = try PNGDecoder.decode(try bytes(Written.grey8))
    #expect(grey.format == PNGFormat(width: 5, height: 3, pixel: .grey8))
    let ramp: [UInt8] = [0, 37, 74, 111, 148, 91, 128, 165, 202, 239, 182, 219, 0, 37, 74]
    #expect(grey.pixels == ramp)
    let colour = try PNGDecoder.decode(try bytes(Written.rgb8))
    #expect(colour.format == PNGFormat(width: 3, height: 2, pixel: .rgb8))
    let expected: [UInt8] = [
      0, 85, 170, 50, 135, 220, 100, 185, 14, 7, 92, 177, 57, 142, 227, 107, 192, 21,
    ]
    #expect(colour.pixels == expected)
    let deep = try PNGDecoder.decode(try bytes(Written.grey16))
    #expect(deep.format == PNGFormat(width: 4, height: 2, pixel: .grey16))
    let samples = deep.pixels.withUnsafeBytes { [UInt16]($0.bindMemory(to: UInt16.self)) }
    #expect(samples == [0, 13107, 26214, 39321, 257, 13364, 26471, 39578])
  }

  @Test(arguments: PNGFormat.Pixel.allCases)
  func whatIsEncodedComesBack(pixel: PNGFormat.Pixel) throws {
    var encoder = PNGEncoder()
    // One encoder, images that shrink and grow: the buffer is used again.
    for (width, height) in [(1, 1), (224, 224), (3, 200), (301, 7)] {
      let format = PNGFormat(width: width, height: height, pixel: pixel)
      let pixels = noise(format.byteCount)
      let png = pixels.withUnsafeBytes { encoder.withPNG(of: $0, format) { [UInt8]($0) } }
      let back = try PNGDecoder.decode(png)
      #expect(back.format == format)
      #expect(back.pixels == pixels)
    }
  }

  /// Pixels that lead the encoder into its corners; libpng and zlib read the result.
  @Test(arguments: ["flat", "runs", "steps", "two values", "rare values", "noise"])
  func patternsComeBack(pattern: String) throws {
    // 262,656 bytes with their filters: noise takes several blocks.
    let format = PNGFormat(width: 512, height: 512, pixel: .grey8)
    var pixels = [UInt8](repeating: 9, count: format.byteCount)
    switch pattern {
    case "runs":
      // Runs of every length from 1 to 300, over the ends of rows too.
      var index = 0
      var length = 1
      while index < pixels.count {
        let end = min(index + length, pixels.count)
        for place in index..<end { pixels[place] = UInt8(length & 1) }
        index = end
        length = length % 300 + 1
      }
    case "steps": for index in pixels.indices { pixels[index] = UInt8(index / 3 & 255) }
    case "two values": for index in pixels.indices { pixels[index] = UInt8(index & 1) }
    case "rare values":
      // Fibonacci's numbers as frequencies make the deepest code: it has to be cut at 15 bits.
      var counts = [1, 1]
      while counts.reduce(0, +) < 60_000 { counts.append(counts.suffix(2).reduce(0, +)) }
      let values = counts.indices.flatMap { index in
        [UInt8](repeating: UInt8(index), count: counts[index])
      }
      let shuffled = values.indices.map { values[$0 * 7919 % values.count] }
      for index in pixels.indices { pixels[index] = shuffled[index % shuffled.count] }
    case "noise": pixels = noise(format.byteCount)
    default: break
    }
    let png = PNGEncoder.encode(pixels, format)
    let back = try PNGDecoder.decode(png)
    #expect(back.pixels == pixels)
    // Never much longer than the pixels, and short where there is little in them.
    #expect(png.count < format.byteCount * 101 / 100 + 2000)
    if pattern == "flat" { #expect(png.count < 1500) }
  }

  /// The fourth of the nine levels of Python 3.11's zlib 1.2.13 makes the longest stream, 1341
  /// bytes, when given the same rows with a filter byte 0.
  @Test func filesAreAsShortAsZlibs() throws {
    var pixels = [UInt8](repeating: 0, count: 224 * 224)
    for y in 40..<180 {
      for x in 40..<180 { pixels[y * 224 + x] = UInt8(100 + (x * x * 7 + y * y * 5 + x * y) % 23) }
    }
    let png = PNGEncoder.encode(pixels, PNGFormat(width: 224, height: 224, pixel: .grey8))
    #expect(png.count - 57 <= 1341)
  }

  @Test func filesHoldNothingButTheImage() throws {
    let png = PNGEncoder.encode(
      [UInt8](repeating: 7, count: 300), PNGFormat(width: 20, height: 15, pixel: .grey8))
    var names: [String] = []
    var position = 8
    while position + 12 <= png.count {
      let length = png[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      names.append(String(decoding: png[position + 4..<position + 8], as: UTF8.self))
      position += 12 + length
    }
    #expect(position == png.count)
    #expect(names == ["IHDR", "IDAT", "IEND"])
  }

  @Test(arguments: [
    (Written.alpha, PNGError.unsupported), (Written.bilevel, .unsupported),
    (Written.interlaced, .unsupported), (Written.huge, .tooLarge), (Written.wide, .tooLarge),
    (Written.short, .malformed), ("", .malformed), ("AAAA", .malformed),
  ])
  func otherImagesAreRefused(base64: String, reason: PNGError) throws {
    let png = try bytes(base64)
    #expect(throws: reason) { try PNGDecoder.decode(png) }
  }

  @Test func anotherImageThanExpectedIsRefused() throws {
    let png = try bytes(Written.grey8)
    for format in [
      PNGFormat(width: 5, height: 2, pixel: .grey8), PNGFormat(width: 3, height: 5, pixel: .grey8),
      PNGFormat(width: 5, height: 3, pixel: .rgb8),
    ] {
      var pixels = [UInt8](repeating: 0, count: format.byteCount)
      #expect(throws: PNGError.unexpectedFormat) {
        try png.withUnsafeBytes { png in
          try pixels.withUnsafeMutableBytes { try PNGDecoder.decode(png, as: format, into: $0) }
        }
      }
    }
  }

  @Test func everyPrefixIsRefusedAndNoFlippedBitIsFatal() throws {
    let png = PNGEncoder.encode(
      noise(24 * 8), PNGFormat(width: 8, height: 8, pixel: .rgb8))
    for length in 0..<png.count {
      #expect(throws: PNGError.malformed) { try PNGDecoder.decode(Array(png[..<length])) }
    }
    var refused = 0
    for bit in 0..<png.count * 8 {
      var damaged = png
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      // Each chunk has a checksum, the signature is fixed: only a flip in the length or name of a
      // chunk could go unseen, and none of those leaves a whole image.
      do { _ = try PNGDecoder.decode(damaged) } catch is PNGError { refused += 1 }
    }
    #expect(refused == png.count * 8)
  }
}
