/// Edge lengths of converted pictures, in pixels: `convert.sizes` and `train.<model>.size`.
public enum PictureSize {
  public static let allowed = 16...1024
}
