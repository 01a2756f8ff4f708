/// The sources of every output of a convolution as columns of a matrix (im2col), and its transpose.
///
/// Rows: input channel, kernel row, kernel column; columns: output row, output column.
struct PatchMatrix {
  let channels: Int
  let height: Int
  let width: Int
  let kernel: Int
  let stride: Int
  let padding: Int
  let outputHeight: Int
  let outputWidth: Int

  var rows: Int { channels * kernel * kernel }
  var columns: Int { outputHeight * outputWidth }
  var count: Int { rows * columns }
  /// Whether the matrix is the source itself, unchanged.
  var isSource: Bool { kernel == 1 && stride == 1 && padding == 0 }

  /// Outputs along one axis whose source `output * stride + offset` lies inside the extent.
  private func inside(_ extent: Int, outputs: Int, offset: Int) -> Range<Int> {
    let first = offset < 0 ? (-offset + stride - 1) / stride : 0
    let end = extent > offset ? (extent - offset - 1) / stride + 1 : 0
    let upper = min(end, outputs)
    return min(first, upper)..<upper
  }

  /// Calls `body` for every row of the matrix and output row: the place in the matrix, the outputs
  /// along the row that have a source, and where in the source the row's output 0 reads, which is
  /// outside where that output is not in the range.
  @inline(__always)
  private func forEachRow(_ body: (_ column: Int, _ inside: Range<Int>, _ source: Int) -> Void) {
    var row = 0
    for channel in 0..<channels {
      for kernelRow in 0..<kernel {
        let rows = inside(height, outputs: outputHeight, offset: kernelRow - padding)
        for kernelColumn in 0..<kernel {
          let offset = kernelColumn - padding
          let columns = inside(width, outputs: outputWidth, offset: offset)
          for outputRow in 0..<outputHeight {
            let sourceRow = outputRow * stride + kernelRow - padding
            let source = (channel * height + sourceRow) * width + offset
            body(
              row + outputRow * outputWidth, rows.contains(outputRow) ? columns : 0..<0, source)
          }
          row += outputHeight * outputWidth
        }
      }
    }
  }

  /// Fills the matrix from `[channels, height, width]`, zero where padding is read.
  func unfold(_ source: UnsafePointer<Float>, into matrix: Floats) {
    forEachRow { column, inside, start in
      let target = matrix + column
      for index in 0..<inside.lowerBound { target[index] = 0 }
      if stride == 1 {
        (target + inside.lowerBound).update(
          from: source + (start + inside.lowerBound), count: inside.count)
      } else {
        for index in inside { target[index] = source[start + index * stride] }
      }
      for index in inside.upperBound..<outputWidth { target[index] = 0 }
    }
  }

  /// Sums every element of the matrix into the place of the source that it came from.
  func fold(_ matrix: UnsafePointer<Float>, into source: Floats) {
    source.update(repeating: 0, count: channels * height * width)
    forEachRow { column, inside, start in
      let row = matrix + column
      if stride == 1 {
        for index in inside { source[start + index] += row[index] }
      } else {
        for index in inside { source[start + index * stride] += row[index] }
      }
    }
  }
}
