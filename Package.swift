// swift-tools-version: 6.1
import PackageDescription

// The map of the project: one row a target, in dependency order. A row reads
// name, internal dependencies, products of packages.

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

nonisolated(unsafe) var targets: [Target] = []

func module(_ name: String, _ dependencies: [Target.Dependency] = []) {
  targets.append(.target(name: name, dependencies: dependencies))
}
func shim(_ name: String, links library: String) {
  targets.append(.target(name: name, linkerSettings: [.linkedLibrary(library)]))
}
func library(_ name: String, apt package: String) {
  targets.append(.systemLibrary(name: name, providers: [.apt([package])]))
}
func stage(_ name: String, _ dependencies: [Target.Dependency]) {
  targets.append(
    .executableTarget(
      name: "ichor-\(name)", dependencies: ["StageCommand", argumentParser] + dependencies,
      path: "stages/\(name)"))
}
func tool(_ name: String, _ dependencies: [Target.Dependency]) {
  targets.append(.executableTarget(name: name, dependencies: [argumentParser] + dependencies))
}
func test(_ name: String, _ dependencies: [Target.Dependency], excluding: [String] = []) {
  targets.append(
    .testTarget(name: "\(name)Tests", dependencies: dependencies, exclude: excluding))
}

// C libraries: the only doors to their headers.
shim("CPNG", links: "png")
shim("COpenJPEG", links: "openjp2")
shim("COneDNN", links: "dnnl")
shim("COpenBLAS", links: "openblas")
library("CZlib", apt: "zlib1g-dev")
library("CLibcrypto", apt: "libssl-dev")

// What everything stands on.
module("Diagnostics", [logging])
module("CounterRandom")
module("CSV", ["Diagnostics"])
module("DurableFiles", ["Diagnostics"])
module("ExternalSorting", ["DurableFiles", "Diagnostics"])

// The pipeline's contract: paths, manifests, configuration.
module("PipelineContract", ["ExternalSorting", "DurableFiles", "CLibcrypto", "Diagnostics"])
module("PipelineConfiguration", ["PipelineContract", "Diagnostics", yams])
module(
  "PipelineDriver",
  ["DurableFiles", "PipelineConfiguration", "PipelineContract", "CSV", "Diagnostics"])
module(
  "StageCommand",
  [
    "DurableFiles", "PipelineConfiguration", "PipelineContract", "Diagnostics", argumentParser,
    logging,
  ])

// Imaging and data.
module("DICOM", ["COpenJPEG", "CZlib"])
module("PNG", ["CPNG"])
module("CTImaging", ["Diagnostics"])
module("SliceShards", ["PipelineContract", "CSV", "Diagnostics"])
module(
  "Phantom", ["CounterRandom", "PipelineConfiguration", "PipelineContract", "Diagnostics"])
module(
  "Conversion",
  [
    "ExternalSorting", "DurableFiles",
    "DICOM", "PNG", "CTImaging", "SliceShards", "PipelineConfiguration", "PipelineContract",
    "Diagnostics", logging,
  ])
module(
  "Labels",
  [
    "CounterRandom", "SliceShards", "PipelineConfiguration", "PipelineContract", "CSV",
    "Diagnostics", logging,
  ])

// The compute engine, free of any backend.
module("TensorCore")
module("Checkpoints", ["DurableFiles", "TensorCore", "Diagnostics"])
module("ComputeGraph", ["TensorCore"])
module("NeuralLayers", ["ComputeGraph"])
module("Models", ["NeuralLayers", "ComputeGraph", "TensorCore", "Diagnostics"])

// The backends.
module("UpdateKernels")
module("NetworkMemory", ["UpdateKernels", "ComputeGraph", "Diagnostics"])
module(
  "OneDNNBackend", ["COneDNN", "NetworkMemory", "ComputeGraph", "TensorCore", "Diagnostics"])
module(
  "OpenBLASBackend",
  ["COpenBLAS", "NetworkMemory", "ComputeGraph", "TensorCore", "Diagnostics"])

// Training, prediction and what is made of it.
module("Metrics")
module("TensorBoardEvents", ["Diagnostics"])
module("Augmentation", ["CounterRandom"])
module("SliceLoading", ["Augmentation", "PNG", "CounterRandom", "Diagnostics"])
module("Inference", ["SliceLoading", "ComputeGraph", "TensorCore", "Diagnostics"])
module(
  "Training",
  [
    "Inference", "SliceLoading", "Augmentation", "Metrics", "ComputeGraph", "TensorCore",
    "CounterRandom",
    "Diagnostics",
  ])
module(
  "Ensembling",
  [
    "Labels", "Metrics", "SliceShards", "PipelineConfiguration", "PipelineContract", "CSV",
    "Diagnostics", logging,
  ])
module(
  "NetworkStages",
  [
    "DurableFiles",
    "Training", "Inference", "Ensembling", "Labels", "Metrics", "Models", "Checkpoints",
    "TensorBoardEvents", "SliceLoading", "Augmentation", "SliceShards", "CTImaging", "ComputeGraph",
    "TensorCore",
    "PipelineConfiguration", "PipelineContract", "CSV", "Diagnostics", logging,
  ])
module(
  "Reporting",
  [
    "PNG", "CTImaging", "Ensembling", "Labels", "Metrics", "SliceShards", "PipelineConfiguration",
    "PipelineContract", "CSV", "Diagnostics", logging,
  ])
module(
  "NetworkProbe",
  ["Training", "Models", "Checkpoints", "ComputeGraph", "TensorCore", "Diagnostics"])

// Executables: the stages, the driver, and two to look inside with.
stage("phantom", ["Phantom"])
stage("convert", ["Conversion"])
stage("split", ["Labels"])
stage("train", ["NetworkStages", "OneDNNBackend", "OpenBLASBackend", "ComputeGraph"])
stage("predict", ["NetworkStages", "OneDNNBackend", "OpenBLASBackend", "ComputeGraph"])
stage("merge", ["Ensembling"])
stage("report", ["Reporting"])
tool("ichor-driver", ["PipelineDriver", "PipelineConfiguration"])
module(
  "ResumeProof",
  [
    "DurableFiles", "PipelineConfiguration", "PipelineContract", "CounterRandom", "CSV",
    "Diagnostics",
  ])
tool(
  "ichor-probe",
  [
    "ResumeProof",
    "NetworkStages", "SliceLoading", "SliceShards", "Augmentation", "CTImaging", "PNG",
    "PipelineConfiguration",
    "DICOM", "NetworkProbe", "OneDNNBackend", "OpenBLASBackend", "Checkpoints", "ComputeGraph",
    "TensorCore",
    "Diagnostics", "PipelineContract",
  ])
module(
  "NetworkBenchmark",
  ["Training", "Models", "ComputeGraph", "CounterRandom", "TensorCore", "Diagnostics"])
module(
  "ConversionBenchmark", ["Conversion", "PipelineConfiguration", "Diagnostics", logging])
module(
  "LoaderBenchmark",
  ["NetworkStages", "SliceLoading", "SliceShards", "Augmentation", "Diagnostics"])
tool(
  "ichor-bench",
  [
    "LoaderBenchmark", "Augmentation",
    "NetworkBenchmark", "ConversionBenchmark", "OneDNNBackend", "OpenBLASBackend", "Models",
    "ComputeGraph", "Diagnostics",
    "PipelineContract",
  ])

// Tests, in the order of what they test.
targets.append(
  .target(name: "OracleWeights", dependencies: ["TensorCore"], path: "Tests/OracleWeights"))
targets.append(.target(name: "TestFolders", path: "Tests/TestFolders"))
test("CSV", ["TestFolders", "CSV", "Diagnostics"])
test("ExternalSorting", ["TestFolders", "ExternalSorting", "Diagnostics"])
test("PipelineContract", ["TestFolders", "ExternalSorting", "PipelineContract", "Diagnostics"])
test(
  "PipelineConfiguration",
  ["PipelineConfiguration", "PipelineContract", "Diagnostics"])
test(
  "PipelineDriver",
  [
    "DurableFiles", "TestFolders", "PipelineDriver", "PipelineConfiguration", "PipelineContract",
    "Diagnostics",
  ])
test("StageCommand", ["StageCommand", "PipelineContract", "Diagnostics", logging])
test("DICOM", ["DICOM", "CZlib", "PipelineContract"])
test("PNG", ["PNG"])
test("CTImaging", ["CTImaging", "Diagnostics"])
test("SliceShards", ["TestFolders", "SliceShards", "PipelineContract", "Diagnostics"])
test(
  "Phantom",
  ["Phantom", "PipelineConfiguration", "PipelineContract", "Diagnostics", logging])
test(
  "Conversion",
  [
    "TestFolders", "Conversion", "PNG", "SliceShards", "PipelineConfiguration", "PipelineContract",
    "Diagnostics", logging,
  ])
test(
  "Labels",
  [
    "Labels", "SliceShards", "PipelineConfiguration", "PipelineContract", "Diagnostics", logging,
  ])
test("TensorCore", ["TensorCore"])
test("OracleWeights", ["OracleWeights", "TensorCore"])
test("Checkpoints", ["TestFolders", "Checkpoints", "TensorCore", "Diagnostics"])
test("Metrics", ["Metrics"])
test("TensorBoardEvents", ["TensorBoardEvents", "Diagnostics"])
test("Augmentation", ["Augmentation"])
test("SliceLoading", ["SliceLoading", "Augmentation", "PNG", "CounterRandom", "Diagnostics"])
test(
  "Ensembling",
  ["Ensembling", "Labels", "SliceShards", "PipelineContract", "Diagnostics", logging])
test(
  "Reporting",
  [
    "Reporting", "PNG", "Ensembling", "Labels", "Metrics", "SliceShards", "PipelineConfiguration",
    "PipelineContract", "CSV", "Diagnostics", logging,
  ])
test(
  "BackendConformance", ["OneDNNBackend", "OpenBLASBackend", "ComputeGraph", "TensorCore"])
test(
  "Models",
  [
    "Models", "OneDNNBackend", "Training", "ComputeGraph", "TensorCore", "OracleWeights",
    "Diagnostics",
  ], excluding: ["Fixtures"])
test(
  "Training",
  [
    "Training", "Inference", "Models", "NeuralLayers", "OneDNNBackend", "UpdateKernels",
    "OracleWeights", "SliceLoading", "Augmentation", "Metrics", "PNG", "ComputeGraph", "TensorCore",
    "CounterRandom", "Diagnostics", logging,
  ])
test("Structure", [])
test("StageEndToEnd", ["PipelineContract"])

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
