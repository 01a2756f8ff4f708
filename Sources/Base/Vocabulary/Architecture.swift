/// The networks that Ichor knows, by timm's names: `train.<model>.model`.
public enum Architecture: String, Choice {
  case resnet18
  case resnet50
  case densenet121
  case dpn92
}
