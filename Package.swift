// swift-tools-version: 6.1
import PackageDescription

// The map of the project: one row a target, in dependency order. A row reads
// name, internal dependencies, products of packages.

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

var targets: [Target] = []

func module(_ name: String, _ dependencies: [Target.Dependency] = []) {
  targets.append(.target(name: name, dependencies: dependencies))
}
func stage(_ name: String, _ dependencies: [Target.Dependency]) {
  targets.append(
    .executableTarget(
      name: "ichor-\(name)", dependencies: ["StageCommand"] + dependencies, path: "stages/\(name)"))
}
func tool(_ name: String, _ dependencies: [Target.Dependency]) {
  targets.append(.executableTarget(name: name, dependencies: [argumentParser] + dependencies))
}
func test(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) {
  targets.append(
    .testTarget(name: "\(name)Tests", dependencies: dependencies, resources: resources))
}
func library(_ name: String, apt package: String) {
  targets.append(.systemLibrary(name: name, providers: [.apt([package])]))
}

// C libraries: the only doors to their headers.
library("CPNG", apt: "libpng-dev")
library("COneDNN", apt: "libdnnl-dev")

// What everything stands on.
module("Diagnostics", [logging])
module("CounterRandom")

// The pipeline's contract: paths, manifests, configuration.
module("PipelineContract", ["Diagnostics", crypto])
module("PipelineConfiguration", ["Diagnostics", "PipelineContract", yams])
module("PipelineDriver", ["PipelineConfiguration", "PipelineContract", "Diagnostics", logging])
module(
  "StageCommand",
  ["PipelineConfiguration", "PipelineContract", "Diagnostics", argumentParser, logging])

// Imaging and data.
module("DICOM")
module("PNG", ["CPNG", "Diagnostics"])
module("CTImaging", ["Diagnostics"])
module("SliceShards", ["PipelineContract", "Diagnostics"])
module(
  "Phantom",
  ["CounterRandom", "PipelineConfiguration", "PipelineContract", "Diagnostics", logging])
module(
  "Conversion",
  [
    "DICOM", "PNG", "CTImaging", "SliceShards", "PipelineConfiguration", "PipelineContract",
    "Diagnostics", logging,
  ])
module(
  "Labels",
  [
    "CounterRandom", "SliceShards", "PipelineConfiguration", "PipelineContract", "Diagnostics",
    logging,
  ])
