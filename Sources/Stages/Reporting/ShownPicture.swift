import CTImaging
import Foundation
import PNG
import Vocabulary

/// A converted slice as a page shows it.
enum ShownPicture {
  /// The window that Hounsfield units are shown in.
  static let window = WindowName.brain

  /// The PNG itself; one of Hounsfield units, 16 bits deep, through `window`.
  static func png(_ stored: [UInt8]) throws -> [UInt8] {
    let (format, samples) = try PNGDecoder.decode(stored)
    guard format.pixel == .grey16 else { return stored }
    return PNGEncoder.encode(
      Window(window).roundedLevels(ofHounsfieldSamples: samples),
      PNGFormat(width: format.width, height: format.height, pixel: .grey8))
  }
}
