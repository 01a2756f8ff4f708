import ComputeGraph

/// A pooling over planes of one size.
private struct PoolingShape {
  let pooling: Pooling
  let height: Int
  let width: Int
  let outputHeight: Int
  let outputWidth: Int

  var sourceCount: Int { height * width }
  var outputCount: Int { outputHeight * outputWidth }

  /// The source positions along one axis that an output sees.
  @inline(__always)
  private func window(_ output: Int, extent: Int) -> Range<Int> {
    let start = output * pooling.stride - pooling.padding
    return max(start, 0)..<min(start + pooling.kernel, extent)
  }

  @inline(__always)
  func forEachWindow(_ body: (_ output: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    for row in 0..<outputHeight {
      let rows = window(row, extent: height)
      for column in 0..<outputWidth {
        body(row * outputWidth + column, rows, window(column, extent: width))
      }
    }
  }
}

extension OpenBLASLowering {
  func poolingForward(_ node: Node, _ index: Int, _ pooling: Pooling) {
    let shape = shape(of: node, pooling)
    let src = value(node.inputs[0])
    let dst = define(node.output)
    let planes = batch * graph[node.output].channels
    switch pooling.kind {
    case .average:
      emit("pooling forward", touching: [src, dst]) { [workers] memory in
        let (source, target) = (memory[src], memory[dst])
        workers.split(planes) { _, range in
          for plane in range {
            shape.average(source + plane * shape.sourceCount, target + plane * shape.outputCount)
          }
        }
      }
    case .maximum:
      let positions = allocate(planes * shape.outputCount)
      saved[index] = [positions]
      emit("pooling forward", touching: [src, dst, positions]) { [workers] memory in
        let (source, target, positions) = (memory[src], memory[dst], memory[positions])
        workers.split(planes) { _, range in
          for plane in range {
            shape.maximum(
              source + plane * shape.sourceCount, target + plane * shape.outputCount,
              positions + plane * shape.outputCount)
          }
        }
      }
    }
  }

  func poolingBackward(
    _ node: Node, _ index: Int, _ pooling: Pooling, _ diffDst: BufferID, _ input: GradientID?
  ) {
    guard let input else { return }
    let shape = shape(of: node, pooling)
    let diffSrc = define(input)
    let planes = batch * graph[node.output].channels
    let positions = saved[index]?.first
    let touched = [diffDst, diffSrc] + (positions.map { [$0] } ?? [])
    emit("pooling backward", touching: touched) { [workers] memory in
      let (from, to) = (memory[diffDst], memory[diffSrc])
      workers.split(planes) { _, range in
        for plane in range {
          let gradient = from + plane * shape.outputCount
          let target = to + plane * shape.sourceCount
          target.update(repeating: 0, count: shape.sourceCount)
          if let positions {
            let position = memory[positions] + plane * shape.outputCount
            for output in 0..<shape.outputCount {
              target[Int(position[output].bitPattern)] += gradient[output]
            }
          } else {
            shape.spread(gradient, target)
          }
        }
      }
    }
  }

  private func shape(of node: Node, _ pooling: Pooling) -> PoolingShape {
    let (source, output) = (graph[node.inputs[0]], graph[node.output])
    return PoolingShape(
      pooling: pooling, height: source.height, width: source.width, outputHeight: output.height,
      outputWidth: output.width)
  }
}

extension PoolingShape {
  /// The greatest value and, as the bits of a float, the first position that holds it. A NaN
  /// wins, so that a broken step shows in the loss.
  fileprivate func maximum(
    _ source: UnsafePointer<Float>, _ target: Floats, _ positions: Floats
  ) {
    forEachWindow { output, rows, columns in
      var position = rows.lowerBound * width + columns.lowerBound
      var best = source[position]
      for row in rows {
        let line = row * width
        for candidate in line + columns.lowerBound..<line + columns.upperBound {
          let value = source[candidate]
          if !(value <= best) && !best.isNaN {
            best = value
            position = candidate
          }
        }
      }
      target[output] = best
      positions[output] = Float(bitPattern: UInt32(truncatingIfNeeded: position))
    }
  }

  fileprivate func average(_ source: UnsafePointer<Float>, _ target: Floats) {
    forEachWindow { output, rows, columns in
      var sum: Float = 0
      for row in rows {
        for column in columns { sum += source[row * width + column] }
      }
      target[output] = sum / Float(rows.count * columns.count)
    }
  }

  fileprivate func spread(_ gradient: UnsafePointer<Float>, _ target: Floats) {
    forEachWindow { output, rows, columns in
      let share = gradient[output] / Float(rows.count * columns.count)
      for row in rows {
        for column in columns { target[row * width + column] += share }
      }
    }
  }
}
