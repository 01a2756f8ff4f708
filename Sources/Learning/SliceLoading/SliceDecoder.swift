import Augmentation
import CTImaging
import Diagnostics
import PNG

/// Turns one slice's PNG into normalised planes; each worker thread has its own.
struct SliceDecoder {
  private let source: any SliceSource
  private let ids: [String]
  private let layout: BatchLayout
  private let normalization: ImageNormalization
  /// The channels' windows, where slices hold HU.
  private let windows: [Window]?
  private let gain: [Float]
  private let offset: [Float]
  private let augmenter: Augmenter
  private var reader = PNGReader()
  private var png: [UInt8] = []
  private var pixels: [UInt8] = []
  /// The kind of the last slice: a collection's slices are all of one kind.
  private var pixel: PNGFormat.Pixel

  init(
    dataset: SliceDataset, layout: BatchLayout, normalization: ImageNormalization
  ) {
    source = dataset.source
    ids = dataset.ids
    self.layout = layout
    self.normalization = normalization
    windows = dataset.windows
    gain = normalization.gain
    offset = normalization.offset
    augmenter = Augmenter(
      width: layout.width, height: layout.height, channels: layout.channels)
    pixel = windows == nil ? .rgb8 : .grey16
  }

  /// Reads, decodes, augments and normalises slice `index`.
  ///
  /// - Parameters:
  ///   - steps: what is done to it; `nil` for nothing.
  ///   - image: [C, H, W] values to fill.
  /// - Throws: `IchorError` that names the slice, `badData` where its PNG is not what conversion
  ///   writes; `CancelledBySignal`. The content of `image` is meaningless then.
  mutating func decode(
    _ index: Int, augmented steps: AugmentationSteps?, into image: UnsafeMutableBufferPointer<Float>
  ) throws {
    do {
      try source.readPNG(at: index, into: &png)
      try decodePixels()
    } catch let error as PNGError {
      throw IchorError(
        .badData, code: error.rawValue, "The PNG of slice \(ids[index]) \(reason(error))",
        remedy: "Run the convert stage again.")
    } catch let error as IchorError {
      throw error.about("Slice \(ids[index])")
    } catch let error as CancelledBySignal {
      throw error
    } catch {
      throw IchorError(
        .inputOutput, code: "slice-read", "Slice \(ids[index]) can't be read",
        remedy: "Check the shards of the convert stage.", cause: error)
    }
    if let windows {
      pixels.withUnsafeBytes {
        augmenter.load(
          hounsfield: $0.bindMemory(to: UInt16.self), windows: Self.changed(windows, by: steps))
      }
    } else if steps == nil {
      pixels.withUnsafeBytes { pixels in
        normalization.apply(
          to: pixels, stride: self.pixel.channels, height: layout.height, width: layout.width,
          into: image)
      }
      return
    } else {
      pixels.withUnsafeBufferPointer { augmenter.load($0, stride: pixel.channels) }
    }
    if let steps { augmenter.apply(steps) }
    augmenter.store(gain: gain, offset: offset, into: image)
  }

  private static func changed(_ windows: [Window], by steps: AugmentationSteps?) -> [Window] {
    guard let changes = steps?.windows, !changes.isEmpty else { return windows }
    return zip(windows, changes).map {
      Window(center: $0.center + $1.shift, width: $0.width * $1.factor)
    }
  }

  /// Decodes `png` into `pixels` as the kind of the last slice, else as the other kind.
  private mutating func decodePixels() throws(PNGError) {
    let kinds: [PNGFormat.Pixel]
    if windows != nil {
      kinds = [.grey16]
    } else {
      kinds = (pixel == .rgb8 ? [.rgb8, .grey8] : [.grey8, .rgb8])
        .filter { $0.channels >= layout.channels }
    }
    for kind in kinds {
      let format = PNGFormat(width: layout.width, height: layout.height, pixel: kind)
      if pixels.count < format.byteCount {
        pixels = [UInt8](repeating: 0, count: format.byteCount)
      }
      let found: PNGError? = png.withUnsafeBytes { png in
        pixels.withUnsafeMutableBytes { pixels in
          do throws(PNGError) {
            try reader.decode(png, as: format, into: pixels)
            return nil
          } catch {
            return error
          }
        }
      }
      if found == nil {
        pixel = kind
        return
      }
      if let found, found != .unexpectedFormat { throw found }
    }
    throw .unexpectedFormat
  }

  private func reason(_ error: PNGError) -> String {
    switch error {
    case .unexpectedFormat where windows != nil:
      "is not \(layout.width)x\(layout.height) pixels of 16 bits, as HU are stored"
    case .unexpectedFormat:
      "is not \(layout.width)x\(layout.height) pixels in at least \(layout.channels) channels"
    case .malformed: "is damaged or cut short"
    case .unsupported: "is of a kind that conversion never writes"
    case .tooLarge: "claims too large an image"
    case .outOfMemory: "could not be decoded for lack of memory"
    }
  }
}
