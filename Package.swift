// swift-tools-version: 6.1
import PackageDescription

// The map of the project: one row per target, floor by floor, in dependency order. A row reads
// name, modules of this package that it imports, products of other packages. A target of a floor
// lies in Sources/<floor>/<name>; it imports modules of its own floor and of lower ones, and a test
// compares these rows with the folders and the imports, both ways.

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

nonisolated(unsafe) var targets: [Target] = []
/// The folder of `Sources` that the rows below belong to.
nonisolated(unsafe) var floor = ""

func module(_ name: String, _ dependencies: [Target.Dependency] = []) {
  targets.append(.target(name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)"))
}
func shim(_ name: String, links library: String) {
  targets.append(
    .target(
      name: name, path: "Sources/\(floor)/\(name)", linkerSettings: [.linkedLibrary(library)]))
}
func library(_ name: String, apt package: String) {
  targets.append(
    .systemLibrary(name: name, path: "Sources/\(floor)/\(name)", providers: [.apt([package])]))
}
func stage(_ name: String, _ dependencies: [Target.Dependency]) {
  targets.append(
    .executableTarget(
      name: "ichor-\(name)", dependencies: ["StageCommand", argumentParser] + dependencies,
      path: "stages/\(name)"))
}
func tool(_ name: String, _ dependencies: [Target.Dependency]) {
  targets.append(
    .executableTarget(
      name: name, dependencies: [argumentParser] + dependencies, path: "Sources/\(floor)/\(name)"))
}
func support(_ name: String, _ dependencies: [Target.Dependency] = []) {
  targets.append(.target(name: name, dependencies: dependencies, path: "Tests/\(name)"))
}
func test(_ name: String, _ dependencies: [Target.Dependency], excluding: [String] = []) {
  targets.append(
    .testTarget(name: "\(name)Tests", dependencies: dependencies, exclude: excluding))
}

// The only doors to the headers of C libraries.
floor = "CLibraries"
shim("CPNG", links: "png")
shim("COpenJPEG", links: "openjp2")
shim("COneDNN", links: "dnnl")
shim("COpenBLAS", links: "openblas")
library("CZlib", apt: "zlib1g-dev")
library("CLibcrypto", apt: "libssl-dev")

// What everything stands on.
floor = "Base"
module("Diagnostics", [logging])
module("Vocabulary")
module("Randomness")
module("DurableFiles", ["Diagnostics"])
module("CSV", ["Diagnostics"])
module("ExternalSorting", ["Diagnostics", "DurableFiles"])

// From the bytes of a file to a picture.
floor = "Imaging"
module("DICOM", ["COpenJPEG", "CZlib"])
module("PNG", ["CPNG"])
module("CTImaging", ["Diagnostics"])

// Networks, and the backends that compute them.
floor = "Engine"
module("TensorCore")
module("Checkpoints", ["Diagnostics", "DurableFiles", "TensorCore"])
module("ComputeGraph", ["Vocabulary", "TensorCore"])
module("Models", ["Diagnostics", "Vocabulary", "TensorCore", "ComputeGraph"])
module("ParameterMemory", ["Diagnostics", "ComputeGraph"])
module(
  "OneDNNBackend",
  [
    "COneDNN", "Diagnostics", "Vocabulary", "TensorCore", "ComputeGraph", "ParameterMemory",
  ])
module(
  "OpenBLASBackend",
  [
    "COpenBLAS", "Diagnostics", "Vocabulary", "TensorCore", "ComputeGraph", "ParameterMemory",
  ])
module("BackendChoice", ["Vocabulary", "ComputeGraph", "OneDNNBackend", "OpenBLASBackend"])

// The contract on disk, its configuration, the driver.
floor = "Pipeline"
module(
  "PipelineContract",
  [
    "CLibcrypto", "Diagnostics", "Vocabulary", "DurableFiles", "ExternalSorting",
  ])
module("PipelineConfiguration", ["Diagnostics", "Vocabulary", "PipelineContract", yams])
module("SliceShards", ["Diagnostics", "CSV", "PipelineContract"])
module(
  "StageCommand",
  [
    "Diagnostics", "DurableFiles", "PipelineContract", "PipelineConfiguration", argumentParser,
    logging,
  ])
module(
  "PipelineDriver",
  [
    "Diagnostics", "Vocabulary", "DurableFiles", "CSV", "PipelineContract", "PipelineConfiguration",
  ])

// From pictures to trained weights and probabilities.
floor = "Learning"
module("Metrics")
module("TensorBoardEvents", ["Diagnostics"])
module("Augmentation", ["Randomness"])
module("SliceLoading", ["Diagnostics", "Randomness", "PNG", "Augmentation"])
module("Inference", ["Diagnostics", "TensorCore", "ComputeGraph", "SliceLoading"])
module(
  "Training",
  [
    "Diagnostics", "Randomness", "TensorCore", "ComputeGraph", "Metrics", "Augmentation",
    "SliceLoading", "Inference",
  ])

// The library behind each executable of stages/. They never import each other.
floor = "Stages"
module(
  "Phantom",
  [
    "Diagnostics", "Vocabulary", "Randomness", "PipelineContract", "PipelineConfiguration",
  ])
module(
  "Conversion",
  [
    "Diagnostics", "DurableFiles", "ExternalSorting", "DICOM", "PNG", "CTImaging",
    "PipelineContract", "PipelineConfiguration", "SliceShards", logging,
  ])
module(
  "Splitting",
  [
    "Diagnostics", "Vocabulary", "Randomness", "CSV", "PipelineContract", "PipelineConfiguration",
    "SliceShards", logging,
  ])
module(
  "Merging",
  [
    "Diagnostics", "Vocabulary", "CSV", "PipelineContract", "PipelineConfiguration", "SliceShards",
    "Metrics", "Splitting", logging,
  ])
module(
  "NetworkStages",
  [
    "Diagnostics", "Vocabulary", "DurableFiles", "CSV", "CTImaging", "TensorCore", "Checkpoints",
    "ComputeGraph", "Models", "PipelineContract", "PipelineConfiguration", "SliceShards", "Metrics",
    "TensorBoardEvents", "Augmentation", "SliceLoading", "Inference", "Training", "Splitting",
    "Merging", logging,
  ])
module(
  "Reporting",
  [
    "Diagnostics", "Vocabulary", "CSV", "PNG", "CTImaging", "PipelineContract",
    "PipelineConfiguration", "SliceShards", "Metrics", "Splitting", "Merging", logging,
  ])

// The driver, and two executables to look inside with.
floor = "Tools"
module("ToolCommand", ["Diagnostics", "PipelineContract", argumentParser])
module(
  "Probes",
  [
    "Diagnostics", "Vocabulary", "Randomness", "DurableFiles", "CSV", "DICOM", "PNG", "TensorCore",
    "Checkpoints", "ComputeGraph", "Models", "PipelineContract", "PipelineConfiguration",
    "SliceShards", "Augmentation", "SliceLoading", "Training", "NetworkStages",
  ])
module(
  "Benchmarks",
  [
    "Diagnostics", "Vocabulary", "Randomness", "ComputeGraph", "Models", "PipelineContract",
    "PipelineConfiguration", "SliceShards", "Augmentation", "SliceLoading", "Training",
    "Conversion", "NetworkStages", logging,
  ])
tool(
  "ichor-driver",
  ["Diagnostics", "PipelineContract", "PipelineConfiguration", "PipelineDriver", "ToolCommand"])
tool(
  "ichor-probe",
  [
    "Diagnostics", "Vocabulary", "CTImaging", "TensorCore", "Checkpoints", "ComputeGraph",
    "BackendChoice", "PipelineContract", "PipelineConfiguration", "Augmentation", "NetworkStages",
    "ToolCommand", "Probes",
  ])
tool(
  "ichor-bench",
  [
    "Diagnostics", "Vocabulary", "ComputeGraph", "OneDNNBackend", "BackendChoice",
    "PipelineContract", "Augmentation", "ToolCommand", "Benchmarks",
  ])

// The executables of the stages, in the order in which they run.
stage("phantom", ["Phantom"])
stage("convert", ["Conversion"])
stage("split", ["Splitting"])
stage("train", ["Vocabulary", "BackendChoice", "NetworkStages"])
stage("predict", ["Vocabulary", "BackendChoice", "NetworkStages"])
stage("merge", ["Merging"])
stage("report", ["Reporting"])

// Tests, in the order of what they test.
support("OracleWeights", ["TensorCore"])
support("TestFolders")
test("CSV", ["Diagnostics", "CSV", "TestFolders"])
test("ExternalSorting", ["Diagnostics", "ExternalSorting", "TestFolders"])
test("DICOM", ["CZlib", "DICOM", "PipelineContract"])
test("PNG", ["PNG"])
test("CTImaging", ["Diagnostics", "CTImaging"])
test("TensorCore", ["TensorCore"])
test("Checkpoints", ["Diagnostics", "TensorCore", "Checkpoints", "TestFolders"])
test(
  "Models",
  [
    "Diagnostics", "Vocabulary", "TensorCore", "ComputeGraph", "Models", "OneDNNBackend",
    "Training", "OracleWeights",
  ], excluding: ["Fixtures"])
test("PipelineContract", ["Diagnostics", "ExternalSorting", "PipelineContract", "TestFolders"])
test(
  "BackendConformance",
  [
    "Vocabulary", "TensorCore", "ComputeGraph", "OneDNNBackend", "OpenBLASBackend",
  ])
test("PipelineConfiguration", ["Diagnostics", "PipelineContract", "PipelineConfiguration"])
test("SliceShards", ["Diagnostics", "PipelineContract", "SliceShards", "TestFolders"])
test("StageCommand", ["Diagnostics", "PipelineContract", "StageCommand", logging])
test("OracleWeights", ["TensorCore", "OracleWeights"])
test(
  "PipelineDriver",
  [
    "Diagnostics", "DurableFiles", "PipelineContract", "PipelineConfiguration", "PipelineDriver",
    "TestFolders",
  ])
test("Metrics", ["Metrics"])
test("TensorBoardEvents", ["Diagnostics", "TensorBoardEvents"])
test("Augmentation", ["Augmentation"])
test("SliceLoading", ["Diagnostics", "Randomness", "PNG", "Augmentation", "SliceLoading"])
test(
  "Training",
  [
    "Diagnostics", "Randomness", "PNG", "TensorCore", "ComputeGraph", "Models", "ParameterMemory",
    "OneDNNBackend", "Metrics", "Augmentation", "SliceLoading", "Inference", "Training",
    "OracleWeights", logging,
  ])
test(
  "Phantom",
  [
    "Diagnostics", "Vocabulary", "PipelineContract", "PipelineConfiguration", "Phantom", logging,
  ])
test(
  "Conversion",
  [
    "Diagnostics", "PNG", "PipelineContract", "PipelineConfiguration", "SliceShards", "Conversion",
    "TestFolders", logging,
  ])
test(
  "Splitting",
  [
    "Diagnostics", "Vocabulary", "PipelineContract", "PipelineConfiguration", "SliceShards",
    "Splitting", logging,
  ])
test(
  "Merging",
  [
    "Diagnostics", "Vocabulary", "PipelineContract", "SliceShards", "Splitting", "Merging", logging,
  ])
test(
  "Reporting",
  [
    "Diagnostics", "Vocabulary", "CSV", "PNG", "PipelineContract", "PipelineConfiguration",
    "SliceShards", "Metrics", "Splitting", "Merging", "Reporting", logging,
  ])
test("Structure", [])
test("StageEndToEnd", ["Vocabulary", "PipelineContract"])

let package = Package(
  name: "ichor",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: targets
)
