import Diagnostics
import Testing

@Suite struct QuantityTests {
  @Test func sizes() {
    #expect(Quantity.size(999) == "999 B")
    #expect(Quantity.size(1500) == "1.5 kB")
    #expect(Quantity.size(123_456_789) == "123 MB")
    #expect(Quantity.size(122_500_000) == "123 MB")
    #expect(Quantity.size(999_999) == "1.0 MB")
    #expect(Quantity.exactSize(12) == "12 bytes" && Quantity.exactSize(999) == "999 bytes")
    #expect(Quantity.exactSize(1500) == "1.5 kB" && Quantity.exactSize(123_456_789) == "123.5 MB")
    #expect(Quantity.exactSize(5_200_000_000_000_000) == "5200.0 TB")
    #expect(Quantity.binarySize(1_572_864) == "1.5 MiB" && Quantity.binarySize(12) == "12 B")
    #expect(Quantity.binarySize(812 << 10) == "812 KiB" && Quantity.binarySize(-1) == "0 B")
    #expect(Quantity.binarySize(200 << 40) == "200.0 TiB")
  }

  @Test func durations() {
    #expect(Quantity.duration(0.84) == "0.8 s" && Quantity.duration(-1) == "0.0 s")
    #expect(Quantity.duration(42) == "42 s" && Quantity.duration(59.7) == "1 min 00 s")
    #expect(Quantity.duration(7500) == "2 h 05 min")
    #expect(Quantity.duration(.nan) == "?" && Quantity.duration(1e9) == "?")
    #expect(Quantity.spokenDuration(59.94) == "59.9 s")
    #expect(Quantity.spokenDuration(725) == "12 min 5 s")
    #expect(Quantity.spokenDuration(3_725) == "1 h 2 min")
    #expect(Quantity.spokenDuration(-1) == "–" && Quantity.spokenDuration(.infinity) == "–")
    #expect(Quantity.clock(3725) == "1:02:05" && Quantity.clock(2.1) == "0:03")
    #expect(Quantity.clock(.nan) == "?" && Quantity.clock(1e7) == "?")
  }

  @Test func numbers() {
    #expect(Quantity.fixed(0.123456, 4) == "0.1235" && Quantity.fixed(.infinity, 2) == "–")
    #expect(Quantity.fixed(nil, 2) == "–" && Quantity.percent(nil) == "–")
    #expect(Quantity.percent(-0.5) == "−50.0 %" && Quantity.percent(0.12345, 2) == "12.35 %")
    #expect(Quantity.rough(0.256) == "0.26" && Quantity.rough(12.34) == "12.3")
    #expect(Quantity.rough(1234.5) == "1234")
    #expect(Quantity.grouped(1_234_567) == "1\u{2009}234\u{2009}567")
    #expect(Quantity.grouped(1_000) == "1\u{2009}000" && Quantity.grouped(-12) == "−12")
    #expect(Quantity.count(1, "file") == "1 file" && Quantity.count(0, "file") == "0 files")
  }
}
