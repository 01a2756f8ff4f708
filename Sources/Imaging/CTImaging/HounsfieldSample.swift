/// A pixel of a picture that holds Hounsfield units: HU + `offset` in 16-bit grey.
public enum HounsfieldSample {
  /// The sample of 0 HU.
  public static let offset = 1024

  /// What the 16 bits hold; each of its 65535 grey levels is one HU.
  static let window = Window(
    center: Double(UInt16.max) / 2 - Double(offset), width: Double(UInt16.max))
}
