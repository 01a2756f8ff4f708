import ArgumentParser
import Foundation
import PipelineContract

/// Looks inside files and models, for tests and for people who doubt.
@main
struct IchorProbe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ichor-probe",
    abstract: "Looks inside DICOM files, models and augmentation.",
    discussion: "Example: ichor-probe dicom slice.dcm --hu slice.f32",
    subcommands: [
      DicomCommand.self, ForwardCommand.self, GradientsCommand.self, StepsCommand.self,
      AugmentCommand.self, VerifyResumeCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard let failure = ProgramFailure(of: error) else {
        exit(withError: error)
      }
      FileHandle.standardError.write(Data("\(failure.line(program: "ichor-probe"))\n".utf8))
      Foundation.exit(failure.status.rawValue)
    }
  }
}
