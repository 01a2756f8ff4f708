// Branch-free building blocks of the implicit shapes. Only additions, products, quotients and
// square roots, which IEEE 754 rounds alike everywhere: the same seed gives the same bytes on
// every machine, which a call into a platform's libm would not promise.

/// `value` limited to [0, 1].
@inline(__always)
func unit(_ value: Float) -> Float {
  let low: Float = value > 0 ? value : 0
  return low < 1 ? low : 1
}

/// Part of a point's cell on the negative side of a surface at signed distance `distance` (mm);
/// the ramp is as wide as the reconstruction's resolution.
@inline(__always)
func coverage(_ distance: Float) -> Float { unit(0.5 - distance * 0.8) }

/// 0 below 0, 1 above 1, smooth between.
@inline(__always)
func smoothStep(_ value: Float) -> Float {
  let t = unit(value)
  return t * t * (3 - 2 * t)
}

/// 1 at 0, 0 from 1 on, smooth; the argument is the square of the relative distance.
@inline(__always)
func bump(_ squared: Float) -> Float {
  let t = 1 - squared
  let inside: Float = t > 0 ? t : 0
  return inside * inside
}

/// Sine of `turns` full turns to about 0.001, by a parabola and its correction.
@inline(__always)
func wave(_ turns: Float) -> Float {
  // Adding 1.5 * 2^23 rounds to the nearest integer without a library call.
  let magic: Float = 12_582_912
  let t = turns - ((turns + magic) - magic)
  let parabola = t * (8 - 16 * abs(t))
  return 0.225 * (parabola * abs(parabola) - parabola) + parabola
}

/// `from` where `part` is 0, `to` where it is 1.
@inline(__always)
func mix(_ from: Float, _ to: Float, _ part: Float) -> Float { from + (to - from) * part }

@inline(__always)
func larger(_ a: Float, _ b: Float) -> Float { a > b ? a : b }

@inline(__always)
func smaller(_ a: Float, _ b: Float) -> Float { a < b ? a : b }

/// The union of two distances with a fillet of `width` mm between them.
@inline(__always)
func smoothUnion(_ a: Float, _ b: Float, width: Float) -> Float {
  let gap = width - abs(a - b)
  let near: Float = gap > 0 ? gap / width : 0
  return smaller(a, b) - near * near * width * 0.25
}
