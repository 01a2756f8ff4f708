import Testing

/// Everything that runs the built executables, one test at a time: they share two cores, and the
/// moments at which processes are killed have to be those that the test chose.
@Suite("End to end", .serialized)
enum EndToEnd {}
