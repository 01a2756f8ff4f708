#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

// The only door to libpng. libpng reports an error by longjmp, which must not cross a Swift frame:
// every jump lands inside these functions, which answer with a status. png.h stays in CPNG.c.

typedef enum {
  CPNG_OK = 0,
  CPNG_MALFORMED = 1,     // libpng refused the bytes, or they end too soon
  CPNG_UNSUPPORTED = 2,   // a palette, alpha, interlacing, or 1, 2, 4 bits per sample
  CPNG_TOO_LARGE = 3,     // wider or taller than the limit
  CPNG_BUFFER_SMALL = 4,  // the caller's buffer can't hold the result
  CPNG_NO_MEMORY = 5
} cpng_status;

typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t channels;  // 1 grey, 3 RGB
  uint32_t bits;      // 8 or 16
} cpng_format;

// Reads as far as the header.
cpng_status cpng_read_format(
    const uint8_t *png, size_t length, uint32_t side_limit, cpng_format *format);

// Decodes an image of at most `capacity` bytes into `pixels`, rows without gaps; 16-bit samples come
// out in host order. `format` is what was found, also where the buffer was too small.
cpng_status cpng_decode(
    const uint8_t *png, size_t length, uint32_t side_limit, uint8_t *pixels, size_t capacity,
    cpng_format *format);

#endif
