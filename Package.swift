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
library("CLibdeflate", apt: "libdeflate-dev")
library("CLibcrypto", apt: "libssl-dev")

// What everything stands on.
floor = "Base"
module("Vocabulary")
module("OperatingSystem")
module("Diagnostics", ["OperatingSystem", logging])
module("Randomness")
module("Deflation", ["CLibdeflate"])
module("TextTables", ["Randomness"])
module("DurableFiles", ["OperatingSystem", "Diagnostics"])
module("CSV", ["Diagnostics"])
module(
  "ContentHashing",
  [
    "CLibcrypto", "OperatingSystem", "Diagnostics", "Randomness", "TextTables", "DurableFiles",
  ])

// From the bytes of a file to a picture.
floor = "Imaging"
module("DICOM", ["COpenJPEG", "CZlib", "OperatingSystem"])
module("PNG", ["CPNG", "Deflation"])
module("CTImaging", ["Vocabulary"])

// Networks, and the backends that compute them.
floor = "Engine"
module("TensorCore")
module(
  "Checkpoints",
  ["OperatingSystem", "Diagnostics", "Deflation", "DurableFiles", "TensorCore"])
module("ComputeGraph", ["Vocabulary", "TensorCore"])
module("Models", ["Vocabulary", "Diagnostics", "TensorCore", "ComputeGraph"])
module("ParameterMemory", ["OperatingSystem", "Diagnostics", "TensorCore", "ComputeGraph"])
module(
  "OneDNNBackend", ["COneDNN", "Vocabulary", "Diagnostics", "ComputeGraph", "ParameterMemory"])
module("OpenBLASBackend", ["COpenBLAS", "Vocabulary", "ComputeGraph", "ParameterMemory"])
module("BackendChoice", ["Vocabulary", "ComputeGraph", "OneDNNBackend", "OpenBLASBackend"])

// The contract on disk, its configuration, the driver.
floor = "Pipeline"
module("PipelineContract", ["OperatingSystem", "Diagnostics", "DurableFiles", "ContentHashing"])
module(
  "PipelineConfiguration",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "ContentHashing", "PipelineContract", yams,
  ])
module("SliceShards", ["OperatingSystem", "Diagnostics", "Deflation", "PipelineContract"])
module(
  "ArtifactTables",
  [
    "Vocabulary", "Diagnostics", "TextTables", "Deflation", "DurableFiles", "CSV",
    "PipelineContract", "SliceShards",
  ])
module(
  "StageCommand",
  [
    "OperatingSystem", "Diagnostics", "ContentHashing", "PipelineContract", "PipelineConfiguration",
    "ArtifactTables", "Vocabulary", argumentParser, logging,
  ])
module(
  "PipelineDriver",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "DurableFiles", "ContentHashing",
    "PipelineContract", "PipelineConfiguration", "SliceShards", "ArtifactTables",
  ])

// From pictures to trained weights and probabilities.
floor = "Learning"
module("Metrics")
module("TensorBoardEvents", ["OperatingSystem", "Diagnostics"])
module("Augmentation", ["Randomness", "CTImaging"])
module("SliceLoading", ["Diagnostics", "Randomness", "PNG", "CTImaging", "Augmentation"])
module("Inference", ["Diagnostics", "TensorCore", "ComputeGraph", "SliceLoading"])
module(
  "Training",
  [
    "Vocabulary", "Diagnostics", "Randomness", "TensorCore", "ComputeGraph", "Metrics",
    "Augmentation", "SliceLoading", "Inference",
  ])

// The library behind each executable of stages/. They never import each other.
floor = "Stages"
module(
  "Phantom",
  [
    "Vocabulary", "Diagnostics", "Randomness", "PipelineContract", "PipelineConfiguration",
    "ArtifactTables",
  ])
module(
  "Conversion",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "Randomness", "TextTables", "Deflation",
    "DurableFiles", "ContentHashing", "DICOM", "PNG", "CTImaging", "PipelineContract",
    "PipelineConfiguration",
    "SliceShards", "ArtifactTables", logging,
  ])
module(
  "Splitting",
  [
    "Vocabulary", "Diagnostics", "Randomness", "ContentHashing", "PNG", "PipelineContract",
    "PipelineConfiguration", "SliceShards", "ArtifactTables", "Metrics", logging,
  ])
module(
  "Merging",
  [
    "Vocabulary", "Diagnostics", "PipelineContract", "PipelineConfiguration", "ArtifactTables",
    "Metrics", logging,
  ])
module(
  "NetworkStages",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "Deflation", "DurableFiles", "ContentHashing",
    "CTImaging", "TensorCore",
    "Checkpoints", "ComputeGraph", "Models", "PipelineContract", "PipelineConfiguration",
    "SliceShards", "ArtifactTables", "Metrics",
    "TensorBoardEvents", "Augmentation", "SliceLoading", "Inference", "Training", logging,
  ])
module(
  "Reporting",
  [
    "Vocabulary", "Diagnostics", "PNG", "CTImaging", "PipelineContract", "PipelineConfiguration",
    "SliceShards", "ArtifactTables", "Metrics", logging,
  ])

// The driver, and two executables to look inside with.
floor = "Tools"
module("ToolCommand", ["OperatingSystem", "Diagnostics", "PipelineContract", argumentParser])
module(
  "Probes",
  [
    "Vocabulary", "Diagnostics", "Randomness", "DurableFiles", "ContentHashing", "DICOM", "PNG",
    "CTImaging", "TensorCore", "Checkpoints", "ComputeGraph", "Models", "PipelineContract",
    "PipelineConfiguration", "SliceShards", "ArtifactTables", "Augmentation", "SliceLoading",
    "Training", "NetworkStages",
  ])
module(
  "Benchmarks",
  [
    "Vocabulary", "Diagnostics", "ComputeGraph", "Models",
    "PipelineContract", "PipelineConfiguration", "ArtifactTables", "Augmentation", "SliceLoading",
    "Training", "Phantom", "Conversion", "NetworkStages", logging,
  ])
tool(
  "ichor-driver",
  [
    "Diagnostics", "PipelineContract", "PipelineConfiguration", "PipelineDriver", "ToolCommand",
  ])
tool(
  "ichor-probe",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "DICOM", "CTImaging", "TensorCore",
    "Checkpoints", "ComputeGraph", "BackendChoice", "PipelineContract", "PipelineConfiguration",
    "Augmentation", "Training", "NetworkStages", "ToolCommand", "Probes",
  ])
tool(
  "ichor-bench",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "ComputeGraph", "OneDNNBackend",
    "BackendChoice", "PipelineContract", "PipelineConfiguration", "Augmentation", "NetworkStages",
    "ToolCommand", "Benchmarks",
  ])

// The executables of the stages, in the order in which they run.
stage("phantom", ["Phantom"])
stage("convert", ["Conversion"])
stage("split", ["Splitting"])
stage("train", ["Vocabulary", "BackendChoice", "PipelineContract", "NetworkStages"])
stage("predict", ["Vocabulary", "BackendChoice", "NetworkStages"])
stage("merge", ["Diagnostics", "Merging"])
stage("report", ["Reporting"])

// Tests, in the order of what they test.
support("OracleWeights", ["TensorCore"])
support("TestFolders")
support("LogCapture", [logging])
support("DICOMSamples", ["CZlib", "DICOM"])
test("Vocabulary", ["Vocabulary"])
test("OperatingSystem", ["OperatingSystem", "TestFolders"])
test("Diagnostics", ["OperatingSystem", "Diagnostics"])
test("Randomness", ["Randomness"])
test("Deflation", ["Deflation"])
test("TextTables", ["TextTables"])
test("CSV", ["Diagnostics", "CSV", "TestFolders"])
test("ContentHashing", ["OperatingSystem", "ContentHashing", "TestFolders"])
test("DICOM", ["ContentHashing", "DICOM", "DICOMSamples"], excluding: ["Material"])
test("PNG", ["CZlib", "PNG"])
test("CTImaging", ["Vocabulary", "CTImaging"])
test("TensorCore", ["TensorCore"])
test("Checkpoints", ["Diagnostics", "TensorCore", "Checkpoints", "TestFolders"])
test(
  "Models",
  [
    "Vocabulary", "Diagnostics", "TensorCore", "ComputeGraph", "Models", "OneDNNBackend",
    "Training", "OracleWeights",
  ], excluding: ["Fixtures"])
test(
  "BackendConformance",
  [
    "Vocabulary", "TensorCore", "ComputeGraph", "OneDNNBackend", "OpenBLASBackend",
  ])
test(
  "PipelineContract",
  [
    "OperatingSystem", "Diagnostics", "DurableFiles", "ContentHashing", "PipelineContract",
    "TestFolders",
  ])
test(
  "PipelineConfiguration",
  [
    "Vocabulary", "Diagnostics", "PipelineContract", "PipelineConfiguration",
  ])
test("OracleWeights", ["TensorCore", "OracleWeights"])
test(
  "SliceShards",
  [
    "Diagnostics", "ContentHashing", "PipelineContract", "SliceShards", "TestFolders",
  ])
test(
  "ArtifactTables",
  [
    "Vocabulary", "Diagnostics", "PipelineContract", "SliceShards", "ArtifactTables", "TestFolders",
  ])
test(
  "StageCommand",
  [
    "OperatingSystem", "Diagnostics", "ContentHashing", "PipelineContract", "StageCommand", logging,
  ])
test(
  "PipelineDriver",
  [
    "Vocabulary", "OperatingSystem", "Diagnostics", "DurableFiles", "ContentHashing",
    "PipelineContract", "PipelineConfiguration", "ArtifactTables", "PipelineDriver", "TestFolders",
  ])
test("Metrics", ["Metrics"])
test("TensorBoardEvents", ["Diagnostics", "TensorBoardEvents"])
test("Augmentation", ["Vocabulary", "Augmentation"])
test(
  "SliceLoading",
  [
    "Diagnostics", "Randomness", "PNG", "CTImaging", "Augmentation", "SliceLoading",
  ])
test(
  "Training",
  [
    "Vocabulary", "Diagnostics", "Randomness", "PNG", "TensorCore", "ComputeGraph", "Models",
    "ParameterMemory", "OneDNNBackend", "Metrics", "Augmentation", "SliceLoading", "Inference",
    "Training", "OracleWeights", logging,
  ])
test(
  "Phantom",
  [
    "Vocabulary", "Diagnostics", "PipelineContract", "PipelineConfiguration", "Phantom", logging,
  ])
test(
  "Conversion",
  [
    "Diagnostics", "ContentHashing", "PNG", "PipelineContract", "PipelineConfiguration",
    "SliceShards", "ArtifactTables", "Conversion", "TestFolders", "LogCapture", logging,
  ])
test(
  "Splitting",
  [
    "Diagnostics", "Deflation", "PNG", "PipelineContract", "PipelineConfiguration", "SliceShards",
    "ArtifactTables", "Splitting", logging,
  ])
test(
  "Merging",
  [
    "Vocabulary", "Diagnostics", "PipelineContract", "PipelineConfiguration", "SliceShards",
    "ArtifactTables", "Merging", logging,
  ])
test(
  "Reporting",
  [
    "Vocabulary", "Diagnostics", "Deflation", "PNG", "PipelineContract", "PipelineConfiguration",
    "SliceShards",
    "ArtifactTables", "Metrics", "Splitting", "Merging", "Reporting", "LogCapture", logging,
  ])
test(
  "NetworkStages",
  [
    "Vocabulary", "Diagnostics", "TensorCore", "Checkpoints", "ComputeGraph", "Models",
    "PipelineContract", "PipelineConfiguration", "ArtifactTables", "Metrics", "SliceLoading",
    "Training", "NetworkStages", "TestFolders", "LogCapture",
  ])
test("Structure", [])
test(
  "StageEndToEnd",
  [
    "Vocabulary", "ContentHashing", "PNG", "PipelineContract", "SliceShards", "ArtifactTables",
  ])

// Programs of fuzz/, which only its scripts ask for: one needs libFuzzer.
if Context.environment["ICHOR_FUZZ"] != nil {
  targets.append(
    .executableTarget(
      name: "Fuzzer",
      dependencies: [
        "CSV", "DICOM", "PNG", "Checkpoints", "PipelineConfiguration", "DICOMSamples",
      ],
      path: "fuzz/Fuzzer"))
  targets.append(
    .executableTarget(
      name: "MutationRun", dependencies: ["DICOM", "DICOMSamples"], path: "fuzz/MutationRun"))
}

/// What a program imports that builds networks and runs them.
let engine = [
  "Diagnostics", "Vocabulary", "TensorCore", "ComputeGraph", "Models", "OneDNNBackend",
  "OpenBLASBackend", "BackendChoice",
]

let package = Package(
  name: "ichor",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "DICOM", targets: ["DICOM"]),
    .library(name: "PNG", targets: ["PNG"]),
    .library(name: "CTImaging", targets: ["CTImaging"]),
    .library(name: "SliceShards", targets: ["SliceShards"]),
    .library(name: "Checkpoints", targets: ["Checkpoints", "TensorCore"]),
    .library(name: "IchorEngine", targets: engine),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: targets
)
