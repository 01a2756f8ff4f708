/// The version of Ichor, in one place: `--version`, manifests and `run.json` tell it, and a test
/// compares it with the changelog.
package enum IchorVersion {
  package static let current = "0.2.0"
}
