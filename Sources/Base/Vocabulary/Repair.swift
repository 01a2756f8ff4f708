/// A named rule that mends stored values before they become HU: `convert.repairs`.
///
/// The reader never mends anything by itself: a repair is a part of the recipe, and every file it
/// touches is listed.
public enum Repair: String, Choice {
  /// 12-bit unsigned files whose values below zero were wrapped around instead of being shifted.
  ///
  /// Known from RSNA 2019. Such a file has (0028,0101) Bits Stored 12, (0028,0103) Pixel
  /// Representation 0 and a (0028,1052) Rescale Intercept above -100, where others have about -1024.
  case wrapped12Bit = "wrapped-12-bit"
}
