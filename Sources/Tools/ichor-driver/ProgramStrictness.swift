import ArgumentParser

/// The option of the commands that say what is stale.
struct ProgramStrictness: ParsableArguments {
  @Flag(help: "An artifact of another build is stale, even if that build makes the same results.")
  var strictProgram = false
}
