/// Turns slices into grey or RGB images of fixed sizes; keeps its buffers from slice to slice.
///
/// For each window the HU are clipped first, then averaged over the area under each output pixel,
/// then mapped to 0...255 and rounded half up (a value less than 1e-9 below a half counts as the half).
/// Clipping before averaging keeps air and bone from bleeding over the brain's rim, as in the usual
/// chain of window and cv2.INTER_AREA. With one window the images are grey; with two or three they
/// are RGB in the windows' order, the third channel of two being 0.
///
/// Without windows, an image holds samples of Hounsfield units, clipped to 16 bits first, averaged and
/// rounded the same way.
///
/// Whole HU give the exact result: all sums stay below 2^24, which Float holds (without windows, up to
/// 15,000 HU).
public struct WindowedRaster: Sendable {
  public let windows: [Window]
  /// Side lengths of the square images, in the order given.
  public let sizes: [Int]
  public var channels: Int { windows.count == 1 ? 1 : 3 }
  /// 1, or 2 for images of Hounsfield units.
  public let bytesPerSample: Int

  /// The pixels of one size, `(row * size + column) * channels + channel`; samples of two bytes stand in
  /// the byte order of the machine.
  public func pixels(size: Int) -> [UInt8] {
    guard let index = sizes.firstIndex(of: size) else { return [] }
    return pixels[index]
  }

  /// Lends the pixels of one size without copying them.
  ///
  /// - Precondition: `size` is one of `sizes`.
  /// - Throws: only what `body` throws.
  public func withPixels<Result>(
    size: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    guard let index = sizes.firstIndex(of: size) else {
      preconditionFailure("only the sizes of the raster have pixels")
    }
    return try pixels[index].withUnsafeBytes(body)
  }

  private var pixels: [[UInt8]]
  /// One image of weighted sums for each size, reused for each window.
  private var sums: [[Float]]
  private var totals: [Double]
  private(set) var weights: [AreaWeights?]
  var row: [Float] = []
  var wholeRow: [UInt16] = []
  private var side = 0

  /// - Precondition: one to three windows; sizes are at least 1 and differ.
  public init(windows: [Window], sizes: [Int]) {
    precondition((1...3).contains(windows.count), "an image has one to three windows")
    self.init(windows, sizes, bytesPerSample: 1)
  }

  /// A raster for images of Hounsfield units.
  ///
  /// - Precondition: sizes are at least 1 and differ.
  public init(hounsfieldUnitsAt sizes: [Int]) {
    self.init([HounsfieldSample.window], sizes, bytesPerSample: 2)
  }

  private init(_ windows: [Window], _ sizes: [Int], bytesPerSample: Int) {
    precondition(
      sizes.allSatisfy { $0 > 0 } && Set(sizes).count == sizes.count,
      "sizes are positive and differ")
    self.windows = windows
    self.sizes = sizes
    self.bytesPerSample = bytesPerSample
    let channels = windows.count == 1 ? 1 : 3
    pixels = sizes.map { [UInt8](repeating: 0, count: $0 * $0 * channels * bytesPerSample) }
    sums = sizes.map { [Float](repeating: 0, count: $0 * $0) }
    totals = sizes.map { _ in 0 }
    weights = sizes.map { _ in nil }
  }

  /// Replaces the images with those of a slice; a slice that is not square is padded (`squared()`).
  public mutating func render(_ image: HounsfieldImage) {
    let square = image.squared()
    prepare(side: square.rows)
    square.values.withUnsafeBufferPointer { values in
      render { raster, window, index in
        raster.resample(index) { raster, weights, y, sums in
          let begin = y * weights.taps
          raster.row.withUnsafeMutableBufferPointer { row in
            weights.weights.withUnsafeBufferPointer { factors in
              AreaKernels.sumRows(
                UnsafeBufferPointer(rebasing: values[(weights.first[y] * square.rows)...]),
                length: square.rows, window.hounsfieldRange,
                UnsafeBufferPointer(rebasing: factors[begin..<begin + weights.used[y]]), into: row)
            }
            AreaKernels.average(UnsafeBufferPointer(row), weights, into: sums)
          }
        }
      }
    }
  }

  /// Fills the images of all windows and sizes; `resample` makes the sums of one from the slice.
  mutating func render(_ resample: (inout WindowedRaster, Window, Int) -> Void) {
    for (channel, window) in windows.enumerated() {
      for index in sizes.indices.sorted(by: { sizes[$0] > sizes[$1] }) {
        if let source = wholeMultiple(of: index) {
          addBlocks(from: source, to: index)
        } else {
          resample(&self, window, index)
        }
        let scale = (bytesPerSample == 1 ? 255 : 65535) / (window.width * totals[index])
        quantize(index, channel: channel, scale: scale)
      }
    }
  }

  mutating func prepare(side: Int) {
    guard side != self.side else { return }
    self.side = side
    for index in sizes.indices { weights[index] = AreaWeights(from: side, to: sizes[index]) }
    let taps = weights.reduce(0) { max($0, $1?.taps ?? 0) }
    // Zeros past the last column, for the weights of 0 that reach there.
    row = [Float](repeating: 0, count: side + taps)
    wholeRow = [UInt16](repeating: 0, count: side + taps)
  }

  /// A larger size whose pixels are whole blocks of this one's, so that its sums can be added up.
  func wholeMultiple(of index: Int) -> Int? {
    let size = sizes[index]
    return sizes.indices.filter { sizes[$0] > size && sizes[$0] % size == 0 }
      .min { sizes[$0] < sizes[$1] }
  }

  private mutating func addBlocks(from source: Int, to index: Int) {
    let size = sizes[index]
    let wide = sizes[source]
    let factor = wide / size
    totals[index] = totals[source] * Double(factor * factor)
    sums[source].withUnsafeBufferPointer { fine in
      sums[index].withUnsafeMutableBufferPointer { coarse in
        AreaKernels.addBlocks(fine, factor: factor, into: coarse, size: size)
      }
    }
  }

  /// Makes the sums of a size from the slice, one output row at a time.
  ///
  /// - Parameter fill: makes the sums of output row y: first of the slice's rows under it, because
  ///   whole rows are added in one go, then of the columns of the one row that is left.
  mutating func resample(
    _ index: Int,
    _ fill: (inout WindowedRaster, AreaWeights, Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    guard let weights = weights[index] else { return }
    totals[index] = Double(weights.total * weights.total)
    let size = sizes[index]
    // Taken out while it is written, so that `fill` has the raster for itself.
    var image: [Float] = []
    swap(&image, &sums[index])
    image.withUnsafeMutableBufferPointer { image in
      for y in 0..<size {
        fill(
          &self, weights, y, UnsafeMutableBufferPointer(rebasing: image[y * size..<(y + 1) * size]))
      }
    }
    swap(&image, &sums[index])
  }

  private mutating func quantize(_ index: Int, channel: Int, scale: Double) {
    let channels = channels
    sums[index].withUnsafeBufferPointer { sums in
      pixels[index].withUnsafeMutableBytes { pixels in
        if bytesPerSample == 1 {
          AreaKernels.quantize(
            sums, scale, into: pixels.assumingMemoryBound(to: UInt8.self), from: channel,
            by: channels)
        } else {
          AreaKernels.quantize(sums, scale, into: pixels)
        }
      }
    }
  }
}
