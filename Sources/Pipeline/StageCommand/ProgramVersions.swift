import PipelineContract

/// Versions of what a stage executable is made of, for `run.json`.
enum ProgramVersions {
  static let own = ["ichor": IchorVersion.current, "swift": compiler]

  /// The language tools that compiled this file; there is no way to ask at run time.
  private static let compiler: String = {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }()
}
