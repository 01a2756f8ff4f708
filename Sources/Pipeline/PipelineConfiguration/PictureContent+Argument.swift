import Diagnostics
import PipelineContract
import Vocabulary

extension PictureContent {
  /// What an option of a tool names: windows separated by commas, or Hounsfield units.
  ///
  /// - Throws: `IchorError(.usage)` for a name that is no window.
  package init(argument: String) throws {
    if argument == Self.hounsfieldSpelling {
      self = .hounsfieldUnits
      return
    }
    self = .windows(
      try argument.split(separator: ",").map { part in
        let name = String(part)
        guard let window = WindowName(rawValue: name) else {
          throw IchorError(
            .usage, code: "window-unknown", "There is no window “\(name)”",
            remedy: NearestName.remedy(for: name, known: WindowName.spellings))
        }
        return window
      })
  }
}
