import Diagnostics
import PNG

/// Turns one slice's PNG into normalised planes; each worker thread has its own.
struct SliceDecoder {
  let source: any SliceSource
  let ids: [String]
  let layout: BatchLayout
  let normalization: ImageNormalization
  private var png: [UInt8] = []
  private var pixels: [UInt8] = []
  private var warped: [UInt8] = []
  /// What the last slice was: a collection's slices are all of one kind.
  private var pixel = PNGFormat.Pixel.rgb8

  init(dataset: SliceDataset, layout: BatchLayout, normalization: ImageNormalization) {
    source = dataset.source
    ids = dataset.ids
    self.layout = layout
    self.normalization = normalization
  }

  /// Reads, decodes, warps and normalises slice `index`.
  ///
  /// - Parameter mapping: how it is rotated, scaled and shifted; `nil` for not at all.
  /// - Parameter image: [C, H, W] values to fill.
  /// - Throws: `IchorError` that names the slice; what it left in `image` means nothing.
  mutating func decode(
    _ index: Int, mirrored: Bool, mapping: RandomAffine.Mapping? = nil,
    into image: UnsafeMutableBufferPointer<Float>
  ) throws {
    do {
      try source.readPNG(at: index, into: &png)
      try decodePixels()
    } catch let error as PNGError {
      throw IchorError(
        .badData, code: error.rawValue, "the PNG of slice \(ids[index]) \(reason(error))",
        remedy: "Run the convert stage again")
    } catch let error as IchorError {
      throw IchorError(
        error.kind, code: error.code, "slice \(ids[index]): \(error.message)",
        remedy: error.remedy, at: error.location)
    } catch let error as CancelledBySignal {
      throw error
    } catch {
      throw IchorError(
        .inputOutput, code: "slice-read", "slice \(ids[index]) can't be read",
        remedy: "Check the shards of the convert stage", cause: error)
    }
    if let mapping { warp(mapping) }
    pixels.withUnsafeBytes { pixels in
      normalization.apply(
        to: pixels, stride: self.pixel.channels, height: layout.height, width: layout.width,
        mirrored: mirrored, into: image)
    }
  }

  private mutating func warp(_ mapping: RandomAffine.Mapping) {
    let (layout, channels) = (layout, pixel.channels)
    if warped.count < pixels.count { warped = [UInt8](repeating: 0, count: pixels.count) }
    pixels.withUnsafeBufferPointer { from in
      warped.withUnsafeMutableBufferPointer { into in
        guard let source = from.baseAddress, let target = into.baseAddress else { return }
        BilinearWarp.apply(
          mapping, from: source, into: target, width: layout.width, height: layout.height,
          channels: channels)
      }
    }
    swap(&pixels, &warped)
  }

  /// Decodes `png` into `pixels` as the kind of the last slice, else as the other kind.
  private mutating func decodePixels() throws(PNGError) {
    let kinds: [PNGFormat.Pixel] = pixel == .rgb8 ? [.rgb8, .grey8] : [.grey8, .rgb8]
    for kind in kinds where kind.channels >= layout.channels {
      let format = PNGFormat(width: layout.width, height: layout.height, pixel: kind)
      if pixels.count < format.byteCount {
        pixels = [UInt8](repeating: 0, count: format.byteCount)
      }
      let found: PNGError? = png.withUnsafeBytes { png in
        pixels.withUnsafeMutableBytes { pixels in
          do throws(PNGError) {
            try PNGDecoder.decode(png, as: format, into: pixels)
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
    case .unexpectedFormat:
      "is not of \(layout.width)x\(layout.height) pixels and at least \(layout.channels) channels"
    case .malformed: "is damaged or cut short"
    case .unsupported: "is of a kind that conversion never writes"
    case .tooLarge: "claims too large an image"
    case .outOfMemory: "could not be decoded for want of memory"
    }
  }
}
