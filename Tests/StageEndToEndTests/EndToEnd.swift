import Testing

/// Everything that runs the built executables, one test at a time: they share two cores, and the
/// moments at which processes are killed shall be those the test chose.
@Suite("End to end", .serialized)
enum EndToEnd {}
