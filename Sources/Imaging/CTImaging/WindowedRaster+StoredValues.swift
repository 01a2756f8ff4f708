extension WindowedRaster {
  /// Replaces the images with those of a slice whose stored values are HU minus a whole number.
  ///
  /// The result is that of `render(_:)`, but with 16-bit sums in place of `Float`: the windows are
  /// moved to the stored values, which are not turned into HU.
  ///
  /// - Parameters:
  ///   - stored: a square slice, `side * side` values.
  ///   - intercept: HU of the stored value 0, where the rescale slope is 1.
  /// - Returns: `false`, having done nothing, where sums would need more bits.
  public mutating func render(
    stored: UnsafeBufferPointer<Int16>, side: Int, intercept: Double
  ) -> Bool {
    precondition(side > 0 && stored.count == side * side, "a square slice has side * side values")
    prepare(side: side)
    guard
      windows.allSatisfy({ Window.StoredRange($0, intercept: intercept).map(isNarrow) ?? false })
    else {
      return false
    }
    render { raster, window, index in
      guard let range = Window.StoredRange(window, intercept: intercept) else { return }
      raster.resample(index) { raster, weights, y, sums in
        raster.sum(stored, side, range, weights, y)
        raster.average(range, weights, into: sums)
      }
    }
    return true
  }

  /// Whether 16 bits hold the sum of rows under every row of the sizes that are made from slices.
  private func isNarrow(_ range: Window.StoredRange) -> Bool {
    sizes.indices.allSatisfy { index in
      wholeMultiple(of: index) != nil || range.width * (weights[index]?.total ?? 0) < 1 << 16
    }
  }

  private mutating func sum(
    _ stored: UnsafeBufferPointer<Int16>, _ side: Int, _ range: Window.StoredRange,
    _ weights: AreaWeights,
    _ y: Int
  ) {
    let begin = y * weights.taps
    wholeRow.withUnsafeMutableBufferPointer { row in
      weights.wholeWeights.withUnsafeBufferPointer { factors in
        AreaKernels.sumRows(
          UnsafeBufferPointer(rebasing: stored[(weights.first[y] * side)...]), length: side,
          range, UnsafeBufferPointer(rebasing: factors[begin..<begin + weights.used[y]]), into: row)
      }
    }
  }

  private mutating func average(
    _ range: Window.StoredRange, _ weights: AreaWeights,
    into sums: UnsafeMutableBufferPointer<Float>
  ) {
    wholeRow.withUnsafeBufferPointer { whole in
      if weights.taps == 4, range.width * weights.total < 1 << 15 {
        AreaKernels.average(whole, weights, into: sums)
        return
      }
      row.withUnsafeMutableBufferPointer { row in
        for x in 0..<weights.input { row[x] = Float(whole[x]) }
        AreaKernels.average(UnsafeBufferPointer(row), weights, into: sums)
      }
    }
  }
}
