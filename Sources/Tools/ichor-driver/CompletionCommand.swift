import ArgumentParser
import Diagnostics

extension CompletionShell: @retroactive ExpressibleByArgument {}

struct CompletionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Prints what makes a shell complete the command line of ./ichor.",
    discussion: """
      In ~/.bashrc:                    source <(/path/to/ichor completion bash)
      Once, into a folder of $fpath:   ./ichor completion zsh > ~/.zsh/completions/_ichor
      Once, for fish:                  ./ichor completion fish > ~/.config/fish/completions/ichor.fish

      EXAMPLE: source <(./ichor completion bash)
      """)

  @Argument(help: "The shell: bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: CompletionShell

  func run() throws {
    try StandardStream.output.write(Ichor.completionScript(for: shell) + "\n")
  }
}
