/// The windows of Hounsfield units that pictures can show: `convert.windows` and
/// `train.<model>.windows`.
public enum WindowName: String, Choice {
  case brain
  case subdural
  case soft
  case bone
}
