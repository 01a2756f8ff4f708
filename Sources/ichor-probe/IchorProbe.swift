import ArgumentParser

/// Looks inside files and models, for tests and for people who doubt.
@main
struct IchorProbe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ichor-probe",
    abstract: "Looks inside DICOM files, models and augmentation.",
    discussion: "Example: ichor-probe dicom slice.dcm --hu slice.f32",
    subcommands: [
      DicomCommand.self, ForwardCommand.self, GradientsCommand.self, StepsCommand.self,
      AugmentCommand.self, VerifyResumeCommand.self,
    ])
}
