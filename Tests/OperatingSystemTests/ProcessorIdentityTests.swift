import Testing

@testable import OperatingSystem

@Suite struct ProcessorIdentityTests {
  /// The head of /proc/cpuinfo on a virtual machine with an AMD EPYC 9R14, shortened.
  private static let zen4 = """
    processor\t: 0
    vendor_id\t: AuthenticAMD
    cpu family\t: 25
    model\t\t: 17
    model name\t: AMD EPYC
    stepping\t: 1
    flags\t\t: fpu avx512f avx512_bf16

    processor\t: 1
    model name\t: another
    """

  @Test func generationsOfOneNameAreToldApart() {
    let zen4 = ProcessorIdentity(information: Self.zen4)
    #expect(zen4.name == "AMD EPYC, cpu family 25, model 17, stepping 1")
    #expect(zen4.features == "fpu avx512f avx512_bf16")
    #expect(
      ProcessorIdentity(information: Self.zen4.replacing("model\t\t: 17", with: "model\t\t: 2"))
        != zen4)
    #expect(
      ProcessorIdentity(information: Self.zen4.replacing(" avx512_bf16", with: "")) != zen4)
  }

  @Test func otherSystemsGetAName() {
    #expect(ProcessorIdentity(information: "").name == "unknown")
    #expect(
      ProcessorIdentity(information: "Features\t: fp asimd\nCPU part\t: 0xd0c").name == "0xd0c")
  }
}
