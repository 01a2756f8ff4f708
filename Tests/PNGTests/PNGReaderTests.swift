import Foundation
import Testing

@testable import PNG

/// The reader's short way compared with libpng.
@Suite struct PNGReaderTests {
  /// 120 x 36, grey: row y repeats every 1 + y % 12 pixels, so that copies reach back by every number
  /// from 1 to 12 and by whole rows. Python 3.11's zlib 1.2.13, compressobj(9, DEFLATED, 15, 9), rows
  /// without a filter, of
  /// ((x % (1 + y % 12)) * 29 + y * y * 7 + (x // 40) * (y // 6) * 11) % 16.
  private static let repeating =
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAkCAAAAABnQ6GCAAABlElEQVR42sVWyRbDIAi0aUxSs/3/31ZQ1IPC3HSB6XsF"
    + "cWGCc7Pavs7p7vptU4Z7o5gxnbtD3PcEQat/J0jH8g6mOvy+fp7TVPTfJflWlcsmi6WzwW1pOkaysHS6Y0Y6YL8UgQEe"
    + "PiSy00HZ8XvpSHYUdh1JsH7Rkdwx/VYhua5hjKEY1lD60L3NGhoW36FZp4fJwjdLjTBMrRvYLrDFHWPdL1g/D6zDXM3P"
    + "CxhLPHlk8KtGJt0LMukGkQlzNb8JQPDrAUTOY1umPdtSdm1JmKufMye/oShlcoqpquSxpYU/LS2JbWmYqzn5C12MQSgk"
    + "oYOGuXRUovA6KpFsOoK5mv5fKX4MhRbLCiPY0O2mYQnlaAi3h8mqRj3GMFejHHyADa6rvw7rKPfDXO1BEn7iQSIDrqvp"
    + "vpGJcj/M1SgH8yMDBFwJv1d645bEmD99jyGuXj85FQxFTnPGqAquqyWpLS2pbWmYq9lvYZUxKFWhAeC6upKdjiqZ6Qjm"
    + "anJdCW8My1eqxtyFcF0tJg3ddjG5bz4bQ/wHlER8Ek7MBfsAAAAASUVORK5CYII="

  /// The same modulo 256, for which zlib takes deflate's fixed codes.
  private static let fixed =
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAkCAAAAABnQ6GCAAAC3ElEQVR42mNgGCjArjIwkEHGMmxAEIN9TOW0gcAMBb2r"
    + "jj8ZAIJh/ZmXbMoO9CcZ/kiaBQOdQJCasZVdxTGumiCV2bb4gJC+D0GKIbxk4rrTL1iVCNFJ9XN2XvssoEuIzu1afuTh"
    + "P2kLQjTDgbu/xE0C87pXEGCAEsRmkAsIMPaBbPdKb1lIgMFgHlLYt/rEUyZ5G/wsp/iamdsuf+DVcsfP8s1qX3Lw3m8J"
    + "0yD8LIY9N78JG0D4eJmTgGni+BNGOeuIUrxMTbfkhrm7rn+59J4HL5PBP6dz2eEHf6VAfsPHPveaQxXkr6jyKRvxsUGu"
    + "TW2aD3c5LjbDByIBG5FAhkjAMH8PcXDrJeLg6RfEQQZgQiQK9a8pIgod6lhKFGJQd0msIwbbAiORGAwqcYjBDAyyVuEl"
    + "RBBixgG5XUQQOp5pzQuIIBiesyjaRVcQJgv7ICmcEAlKsZB0i59kuPMT7FCCVN9qiNGEKFB+hmZrvBTDfWhNQIgGhzew"
    + "2CZEg0Jo6qbzbwjRDKBiLqVx3u4bBBiti/bf+Smo551BgCFlBCt68DMY+MFRvffWdxH8LAN4MYufBapUjj76D2zc4Gcx"
    + "2ESWTd5w9hWoQsXL1HBNqo+tmr7l4jtuvMyrnyCOrZu9Ay+TAam43YaPDSvcZ2xFFPTY2Av33f6xE17/4WYzHCASvCES"
    + "SBAJGMRNiIPOCcTB/B7iIAMwJIlCRx+tIArxXflIFGIARQwxWNoitIgYDMqAxGCi29XgphwRBLidRATBAMpTxRMIk/P3"
    + "aHuAWhCESFCbFNIyxU8yQBqlXgSplMbLkJKMAJUIzKpcoHqUAMUAKRS/ChGiYVmfEA3L2oRoBljh/oIAA9zIhbd2cTPC"
    + "4IUifgYDonGKn/UPlGT715x8xoyfZRqU37Py2GOgW/GzYHEMKsfwMkHhfRleX+FmJkLDHBqXOJkM9Uh24GPDzN6GZA82"
    + "Nsj4t0hW4WIDAFKtxeuYM8SDAAAAAElFTkSuQmCC"

  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  /// What the short way makes of an image; `nil` where it does not take it.
  private func short(_ png: [UInt8], _ format: PNGFormat) -> [UInt8]? {
    var reader = PNGReader()
    var pixels = [UInt8](repeating: 77, count: format.byteCount)
    let taken = png.withUnsafeBytes { png in
      pixels.withUnsafeMutableBytes { reader.takesShortWay(png, format, $0) }
    }
    return taken ? pixels : nil
  }

  @Test(arguments: [(repeating, 16), (fixed, 256)])
  func copiesReachBackByEveryDistance(base64: String, modulus: Int) throws {
    let png = [UInt8](try #require(Data(base64Encoded: base64)))
    var expected: [UInt8] = []
    for y in 0..<36 {
      for x in 0..<120 {
        let within = x % (1 + y % 12) * 29
        let across = (x / 40) * (y / 6) * 11
        expected.append(UInt8((within + y * y * 7 + across) % modulus))
      }
    }
    #expect(short(png, PNGFormat(width: 120, height: 36, pixel: .grey8)) == expected)
  }

  @Test(arguments: PNGFormat.Pixel.allCases)
  func ownImagesTakeTheShortWay(pixel: PNGFormat.Pixel) {
    for (width, height) in [(1, 40), (224, 224), (3, 200), (301, 7)] {
      let format = PNGFormat(width: width, height: height, pixel: pixel)
      // Runs and noise in turn.
      let pixels = noise(format.byteCount).enumerated().map { $0 / 50 % 3 == 0 ? 7 : $1 & 63 }
      #expect(short(PNGEncoder.encode(pixels, format), format) == pixels)
    }
  }

  @Test func oneReaderTakesImageAfterImage() throws {
    var reader = PNGReader()
    for (side, pixel) in [(40, PNGFormat.Pixel.rgb8), (90, .grey16), (8, .rgb16), (33, .grey8)] {
      let format = PNGFormat(width: side, height: side, pixel: pixel)
      let pixels = noise(format.byteCount).map { $0 & 31 }
      var back = [UInt8](repeating: 0, count: format.byteCount)
      try PNGEncoder.encode(pixels, format).withUnsafeBytes { png in
        try back.withUnsafeMutableBytes { try reader.decode(png, as: format, into: $0) }
      }
      #expect(back == pixels)
    }
  }

  @Test func anotherImageIsRefusedAsLibpngRefusesIt() throws {
    let png = [UInt8](try #require(Data(base64Encoded: Self.repeating)))
    var reader = PNGReader()
    var pixels = [UInt8](repeating: 0, count: 120 * 36 * 3)
    #expect(throws: PNGError.unexpectedFormat) {
      try png.withUnsafeBytes { png in
        try pixels.withUnsafeMutableBytes {
          try reader.decode(png, as: PNGFormat(width: 36, height: 120, pixel: .grey8), into: $0)
        }
      }
    }
    for length in 0..<png.count {
      #expect(throws: PNGError.malformed) {
        try png[..<length].withUnsafeBytes { png in
          try pixels.withUnsafeMutableBytes {
            try reader.decode(png, as: PNGFormat(width: 120, height: 36, pixel: .grey8), into: $0)
          }
        }
      }
    }
  }

  /// Every bit of an image flipped, with both checksums put right so that the damage gets through:
  /// what the short way takes, zlib inflates to the same rows, and libpng makes the same pixels of it.
  @Test(arguments: [repeating, fixed])
  func damageNeverDiffersFromLibpng(base64: String) throws {
    let format = PNGFormat(width: 120, height: 36, pixel: .grey8)
    let whole = [UInt8](try #require(Data(base64Encoded: base64)))
    let end = whole.count - 16
    var (compared, refused, handedOver) = (0, 0, 0)
    for bit in 41 * 8..<end * 8 {
      var png = whole
      png[bit / 8] ^= 1 << UInt8(bit % 8)
      let rows = Zlib.inflated(png[43..<end - 4], count: format.byteCount + format.height)
      if let rows { png.replaceSubrange(end - 4..<end, with: Zlib.adler32(rows)) }
      png.replaceSubrange(end..<end + 4, with: Zlib.crc32(png[37..<end]))
      let expected = try? PNGDecoder.decode(png).pixels
      guard let found = short(png, format) else {
        // libpng takes a stream that goes on after the last row, and rows with any filter.
        if expected == nil { refused += 1 } else { handedOver += 1 }
        continue
      }
      #expect(rows != nil && found == expected, "bit \(bit)")
      compared += 1
    }
    #expect(compared > 800 && refused > 1000, "\(compared), \(refused), \(handedOver)")
    // Without a right checksum nothing gets through.
    for byte in 8..<whole.count - 1 {
      var png = whole
      png[byte] ^= 0x55
      #expect(short(png, format) == nil, "byte \(byte)")
    }
  }

  /// Rows are filtered here by the words of PNG 1.2, section 6; zlib compresses them.
  @Test(arguments: PNGFormat.Pixel.allCases, 0...4)
  func rowsOfEveryFilterAreRead(pixel: PNGFormat.Pixel, filter: UInt8) throws {
    let format = PNGFormat(width: 7, height: 5, pixel: pixel)
    let pixels = noise(format.byteCount)
    let step = pixel.channels * pixel.bytesPerSample
    // The high byte first.
    let rows = pixels.indices.map { pixels[pixel.bytesPerSample == 2 ? $0 ^ 1 : $0] }
    var lines: [UInt8] = []
    for index in rows.indices {
      let (y, x) = index.quotientAndRemainder(dividingBy: format.bytesPerRow)
      if x == 0 { lines.append(filter) }
      let left = x < step ? 0 : Int(rows[index - step])
      let above = y == 0 ? 0 : Int(rows[index - format.bytesPerRow])
      let both = x < step || y == 0 ? 0 : Int(rows[index - format.bytesPerRow - step])
      let guess = left + above - both
      let distances = [abs(guess - left), abs(guess - above), abs(guess - both)]
      let nearest = distances.firstIndex(of: distances.min() ?? 0) ?? 0
      let predicted = [0, left, above, (left + above) / 2, [left, above, both][nearest]]
      lines.append(rows[index] &- UInt8(predicted[Int(filter)]))
    }
    let png =
      PNGFrame.head(of: format) + Zlib.chunk("IDAT", Zlib.compressed(lines)) + PNGFrame.end
    // What this version and older ones write takes the short way, the rest goes to libpng.
    #expect(short(png, format) == (filter <= 2 ? pixels : nil))
    #expect(try PNGDecoder.decode(png).pixels == pixels)
  }

  /// A copy of an encoder that was used compresses with its own memory.
  @Test func copiesOfAnEncoderDoNotMeet() async throws {
    let format = PNGFormat(width: 90, height: 90, pixel: .rgb8)
    var first = PNGEncoder()
    let pixels = noise(format.byteCount).map { $0 & 15 }
    let expected = pixels.withUnsafeBytes { first.withPNG(of: $0, format) { [UInt8]($0) } }
    let original = first
    let all = await withTaskGroup(of: [[UInt8]].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var copy = original
          return (0..<50).map { _ in
            pixels.withUnsafeBytes { copy.withPNG(of: $0, format) { [UInt8]($0) } }
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(all.count == 200)
    #expect(all.allSatisfy { $0 == expected })
  }
}
