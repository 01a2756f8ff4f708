/// Decodes the rows of a JPEG-LS scan (T.87 annex A, F); names in comments are the standard's.
struct JPEGLSScan {
  /// What is known of prediction errors between similar gradients.
  private struct Context {
    /// A, B, C, N of A.2.1.
    var magnitude: Int
    var bias = 0
    var correction = 0
    var count = 1
  }

  /// What is known of errors at the ends of runs: A, N, Nn.
  private struct RunContext {
    var magnitude: Int
    var count = 1
    var negative = 0
  }

  private let parameters: JPEGLSParameters
  private var reader: JPEGLSBitReader
  private var contexts: [Context]
  private var runContexts: [RunContext]
  /// The classes of gradients from `-largest` on.
  private let classes: [Int8]
  /// RUNindex.
  private var runIndex = 0
  /// Errors are counted in steps of 2 * NEAR + 1.
  private let step: Int

  /// J of A.2.1: the exponents of the lengths of run parts.
  private static let runExponents = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
  ]

  init(_ bytes: UnsafeRawBufferPointer, from offset: Int, _ parameters: JPEGLSParameters) {
    self.parameters = parameters
    reader = JPEGLSBitReader(bytes, from: offset)
    let magnitude = max(2, (parameters.range + 32) / 64)
    contexts = Array(repeating: Context(magnitude: magnitude), count: 365)
    runContexts = Array(repeating: RunContext(magnitude: magnitude), count: 2)
    step = 2 * parameters.near + 1
    let (first, second, third) = parameters.thresholds
    classes = (-parameters.largest...parameters.largest).map { difference in
      let size = abs(difference)
      let number: Int8 =
        size <= parameters.near
        ? 0 : size < first ? 1 : size < second ? 2 : size < third ? 3 : 4
      return difference < 0 ? -number : number
    }
  }

  /// Decodes a row; both have one more value on each side, set on both sides of `above` and on the
  /// left of `current`.
  mutating func decodeRow(above: [Int], into current: inout [Int]) throws(DICOMError) {
    let columns = current.count - 2
    let middle = parameters.largest
    var column = 1
    while column <= columns {
      // Ra, Rb, Rc, Rd of A.1.
      let (left, up) = (current[column - 1], above[column])
      let (upLeft, upRight) = (above[column - 1], above[column + 1])
      let number =
        81 * Int(classes[upRight - up + middle]) + 9 * Int(classes[up - upLeft + middle])
        + Int(classes[upLeft - left + middle])
      if number != 0 {
        current[column] = try regular(number, left: left, up: up, upLeft: upLeft)
        column += 1
        continue
      }
      let end = try run(of: left, from: column, to: columns, in: &current)
      if end <= columns {
        current[end] = try interruption(left: left, up: above[end])
        if runIndex > 0 { runIndex -= 1 }
      }
      column = end + 1
    }
  }

  /// Checks that the scan ends with the image.
  ///
  /// - Throws: `jpegMalformed` where it has more than the image.
  mutating func end() throws(DICOMError) {
    guard reader.isAtEnd() else {
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS scan has more than its pixels")
    }
  }

  /// A sample beside an edge (A.3 to A.6).
  private mutating func regular(
    _ number: Int, left: Int, up: Int, upLeft: Int
  ) throws(DICOMError) -> Int {
    let isNegative = number < 0
    let index = isNegative ? -number : number
    var context = contexts[index]
    var prediction =
      upLeft >= max(left, up)
      ? min(left, up) : upLeft <= min(left, up) ? max(left, up) : left + up - upLeft
    prediction += isNegative ? -context.correction : context.correction
    prediction = min(max(prediction, 0), parameters.largest)
    let exponent = try Self.exponent(context.magnitude, context.count)
    let mapped = try code(exponent, limit: parameters.longestCode)
    var error = mapped & 1 == 0 ? mapped >> 1 : -((mapped + 1) >> 1)
    if parameters.near == 0, exponent == 0, 2 * context.bias <= -context.count {
      error = -error - 1
    }
    context.magnitude += abs(error)
    context.bias += error * step
    if context.count == parameters.reset {
      context.magnitude >>= 1
      context.bias >>= 1
      context.count >>= 1
    }
    context.count += 1
    if context.bias <= -context.count {
      context.bias = max(context.bias + context.count, 1 - context.count)
      if context.correction > -128 { context.correction -= 1 }
    } else if context.bias > 0 {
      context.bias = min(context.bias - context.count, 0)
      if context.correction < 127 { context.correction += 1 }
    }
    contexts[index] = context
    return reconstructed(prediction, isNegative ? -error : error)
  }

  /// Fills a run of `value` (A.7.1); gives the column after it.
  private mutating func run(
    of value: Int, from start: Int, to last: Int, in current: inout [Int]
  ) throws(DICOMError) -> Int {
    var end = start
    while end <= last {
      let exponent = Self.runExponents[runIndex]
      if try reader.bits(1) == 0 {
        end += try reader.bits(exponent)
        guard end <= last else {
          throw DICOMError(.jpegMalformed, .pixelData, "a JPEG-LS run is longer than its row")
        }
        break
      }
      if end + (1 << exponent) <= last + 1, runIndex < 31 { runIndex += 1 }
      end = min(end + (1 << exponent), last + 1)
    }
    for column in start..<end { current[column] = value }
    return end
  }

  /// The sample that ends a run (A.7.2).
  private mutating func interruption(left: Int, up: Int) throws(DICOMError) -> Int {
    let isFlat = abs(left - up) <= parameters.near
    let type = isFlat ? 1 : 0
    var context = runContexts[type]
    let exponent = try Self.exponent(
      context.magnitude + (isFlat ? context.count >> 1 : 0), context.count)
    let limit = parameters.longestCode - Self.runExponents[runIndex] - 1
    let mapped = try code(exponent, limit: limit)
    let sum = mapped + type
    let isOdd = sum & 1 == 1
    let size = (sum + 1) >> 1
    let error = (exponent != 0 || 2 * context.negative >= context.count) == isOdd ? -size : size
    if error < 0 { context.negative += 1 }
    context.magnitude += (mapped + 1 - type) >> 1
    if context.count == parameters.reset {
      context.magnitude >>= 1
      context.count >>= 1
      context.negative >>= 1
    }
    context.count += 1
    runContexts[type] = context
    return reconstructed(isFlat ? left : up, !isFlat && left > up ? -error : error)
  }

  /// k: the bits of a code's second part (A.5.1).
  @inline(__always)
  private static func exponent(_ magnitude: Int, _ count: Int) throws(DICOMError) -> Int {
    var exponent = 0
    while count << exponent < magnitude { exponent += 1 }
    guard exponent <= 16 else {
      throw DICOMError(.jpegMalformed, .pixelData, "the JPEG-LS errors are beyond their range")
    }
    return exponent
  }

  /// A limited-length Golomb code (A.5.3).
  @inline(__always)
  private mutating func code(_ exponent: Int, limit: Int) throws(DICOMError) -> Int {
    let most = limit - parameters.errorBits - 1
    let zeros = try reader.zeros(atMost: most)
    let mapped =
      zeros < most
      ? (zeros << exponent) + (try reader.bits(exponent))
      : (try reader.bits(parameters.errorBits)) + 1
    guard mapped <= 2 * parameters.range else {
      throw DICOMError(.jpegMalformed, .pixelData, "a JPEG-LS error is beyond its range")
    }
    return mapped
  }

  /// Prediction plus error, modulo RANGE (A.4.4, A.4.5).
  @inline(__always)
  private func reconstructed(_ prediction: Int, _ error: Int) -> Int {
    var value = prediction + error * step
    if value < -parameters.near {
      value += parameters.range * step
    } else if value > parameters.largest + parameters.near {
      value -= parameters.range * step
    }
    return min(max(value, 0), parameters.largest)
  }
}
